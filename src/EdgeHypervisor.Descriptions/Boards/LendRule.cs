// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>Which other boards may borrow a peripheral.</summary>
/// <param name="Who">By what they are chosen.</param>
/// <param name="Boards">Their names, for <see cref="LendTo.Named"/>.</param>
public sealed record LendRule(LendTo Who, IReadOnlyList<string> Boards)
{
    /// <summary>What goes where a board's file says nothing: to boards whose keys this one knows, and to nobody else.</summary>
    public static LendRule Default { get; } = new(LendTo.Trusted, []);

    /// <summary>Why a board may not borrow; null when it may.</summary>
    /// <param name="board">The name that it gives itself.</param>
    /// <param name="isTrusted">Whether it has proved that name with a key that this board trusts.</param>
    public string? WhyNot(string board, bool isTrusted) => Who switch
    {
        LendTo.Anyone => null,
        LendTo.Nobody => "is not lent (lend: nobody)",
        LendTo.Named => Boards.Contains(board) ? null : $"is lent to {string.Join(", ", Boards)} only, not to '{board}' (lend)",
        _ => isTrusted ? null : $"is lent to trusted boards only, and '{board}' is not in the list of trusted boards (lend: trusted)",
    };
}
