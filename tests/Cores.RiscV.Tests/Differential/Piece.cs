// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Some instructions of a random program that belong together. All that is random in them has been drawn, so that a program
/// with other pieces taken out has these unchanged, only elsewhere.
/// </summary>
/// <param name="Emit">Writes it where the code stands.</param>
/// <param name="Children">What it repeats, skips or calls.</param>
internal sealed record Piece(Action<ProgramCode, Piece> Emit, IReadOnlyList<Piece> Children)
{
    public static Piece Of(params IReadOnlyList<uint> instructions) =>
        new((code, _) =>
        {
            foreach (var bits in instructions) code.Add(bits);
        }, []);

    public static Piece Of(Action<ProgramCode> emit) => new((code, _) => emit(code), []);

    /// <summary>How many pieces there are, within each other.</summary>
    public static int Count(IReadOnlyList<Piece> pieces) => pieces.Sum(p => 1 + Count(p.Children));

    /// <summary>The same with less: without a run of pieces, with the children of a piece in its place, or with less within one.</summary>
    public static IEnumerable<IReadOnlyList<Piece>> Smaller(IReadOnlyList<Piece> pieces)
    {
        for (var length = pieces.Count / 2; length > 1; length /= 2)
        {
            for (var at = 0; at + length <= pieces.Count; at += length) yield return [.. pieces.Take(at), .. pieces.Skip(at + length)];
        }
        for (var i = 0; i < pieces.Count; i++)
        {
            IReadOnlyList<Piece> before = [.. pieces.Take(i)], after = [.. pieces.Skip(i + 1)];
            yield return [.. before, .. after];
            var piece = pieces[i];
            if (piece.Children.Count == 0) continue;
            yield return [.. before, .. piece.Children, .. after];
            foreach (var children in Smaller(piece.Children)) yield return [.. before, piece with { Children = children }, .. after];
        }
    }
}
