// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>The names that are levels of topics and names of folders: of boards and ids of VMs.</summary>
public static class WireName
{
    /// <summary>The longest name.</summary>
    public const int MaximumLength = 64;

    /// <summary>1 to 64 of <c>a-z 0-9 - _ .</c>, beginning with a letter or digit.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: >= 1 and <= MaximumLength } && name[0] is not ('-' or '_' or '.') && name.All(IsAllowed);

    /// <summary>The name.</summary>
    /// <exception cref="MoveException">It is not valid.</exception>
    public static string Require(string? name, string what) => IsValid(name)
        ? name!
        : throw new MoveException($"{what} '{name}' is not a name: 1 to {MaximumLength} of a-z 0-9 - _ . beginning with a letter or digit.");

    private static bool IsAllowed(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.';
}
