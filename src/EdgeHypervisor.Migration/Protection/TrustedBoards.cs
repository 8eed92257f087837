// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// The boards that this one believes, from a file: a line <c>NAME KEYS</c> for each, <c>#</c> begins a comment. The file is
/// read again when it has changed: to trust a board, add its line; to end that, remove it. Thread-safe.
/// </summary>
public sealed class TrustedBoards
{
    /// <summary>The usual name of the file.</summary>
    public const string FileName = "trusted-boards";

    private readonly ListFile<IReadOnlyDictionary<string, PublicIdentity>> _file;

    /// <summary>The list in a file, which need not exist: then nobody is trusted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Takes what is wrong with the file; its last good content stays in force.</param>
    public TrustedBoards(string path, Action<string> report) => _file = new ListFile<IReadOnlyDictionary<string, PublicIdentity>>(
        path, Parse, new Dictionary<string, PublicIdentity>(), problem => report($"{problem}; the boards that were trusted before still are"));

    /// <summary>The keys of a trusted board; null when it is not trusted.</summary>
    public PublicIdentity? Find(string board) => _file.Content.GetValueOrDefault(board);

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">A line is wrong; says which and how.</exception>
    public static IReadOnlyDictionary<string, PublicIdentity> Parse(string text)
    {
        var boards = new Dictionary<string, PublicIdentity>(StringComparer.Ordinal);
        foreach (var (number, words) in ListFile.Lines(text))
        {
            if (words.Length != 2 || !WireName.IsValid(words[0])) throw new FormatException($"line {number}: the name of a board and its public keys are expected");
            try
            {
                if (!boards.TryAdd(words[0], PublicIdentity.Parse(words[1]))) throw new FormatException($"board {words[0]} is there twice");
            }
            catch (FormatException e)
            {
                throw new FormatException($"line {number}: {e.Message}", e);
            }
        }
        return boards;
    }
}
