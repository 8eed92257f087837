// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>Where something stands in a description file.</summary>
/// <param name="File">The file as it was named to the reader.</param>
/// <param name="Line">Counted from 1; 0 for something that was built in code.</param>
/// <param name="Column">Counted from 1; 0 for something that was built in code.</param>
public sealed record SourceLocation(string File, int Line, int Column)
{
    /// <summary>For descriptions that were built in code.</summary>
    public static SourceLocation None { get; } = new("(built in code)", 0, 0);

    /// <summary><c>file:line:column</c>, which terminals and editors understand.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
