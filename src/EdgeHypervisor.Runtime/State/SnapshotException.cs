// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A snapshot file that cannot be read: names the file, where in it, and the reason.</summary>
/// <param name="file">The file.</param>
/// <param name="offset">Offset in the file in bytes, or null when the file as a whole is meant.</param>
/// <param name="problem">What is wrong, and what to do.</param>
public sealed class SnapshotException(string file, long? offset, string problem)
    : Exception(offset is null ? $"snapshot {file}: {problem}" : $"snapshot {file}: offset 0x{offset:x}: {problem}")
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Where in it, in bytes.</summary>
    public long? Offset { get; } = offset;
}
