// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A file of the board as a VM's disk.</summary>
public sealed record DiskDescription
{
    /// <summary>The machine's device: <c>disk0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The file: relative to the manifest, and in a service a name in its folder of disks.</summary>
    public required string File { get; init; }

    /// <summary>Whether writes are refused; several VMs may then share the file.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Where in its manifest it stands.</summary>
    public SourceLocation Where { get; init; } = SourceLocation.None;
}
