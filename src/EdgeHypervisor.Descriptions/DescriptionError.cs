// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>One thing that is wrong in a description file.</summary>
/// <param name="Where">File, line and column; <see cref="SourceLocation.None"/> when no file says it.</param>
/// <param name="Field">The path of the field, such as <c>map.gpio0/3.access</c>; empty for the file as a whole.</param>
/// <param name="Problem">What is wrong and what is allowed.</param>
public sealed record DescriptionError(SourceLocation Where, string Field, string Problem)
{
    /// <summary>One line, as compilers write it.</summary>
    public override string ToString() => (Where == SourceLocation.None ? "" : $"{Where}: ") + (Field.Length == 0 ? Problem : $"{Field}: {Problem}");
}
