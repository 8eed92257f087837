// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>
/// Who may command a board, from a file: a line <c>NAME PROOF VERB…</c> for each, <c>#</c> begins a comment. The proof is a public key
/// (<c>ehv1-…</c>), <c>broker</c>, <c>board</c>, or <c>-</c> for the name <c>anyone</c>; a verb is a command's name, or <c>all</c>.
/// The file is read again when it has changed. Thread-safe.
/// </summary>
public sealed class OperatorList
{
    /// <summary>Who proves nothing.</summary>
    public const string Anyone = "anyone";

    /// <summary>The commands that there are.</summary>
    public static IReadOnlyList<string> Verbs { get; } = ["move", "cancel", "plan", "jobs", "evacuate", "rebalance", "rollout", "update", "image"];

    /// <summary>Whether a command only asks, or does the same however often it comes.</summary>
    public static bool IsQuestion(string verb) => verb is "plan" or "jobs" or "image";

    private readonly ListFile<IReadOnlyList<Operator>> _file;

    /// <summary>The list in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Takes what is wrong with the file when it has changed; its last good content stays in force.</param>
    /// <exception cref="FormatException">It cannot be used now.</exception>
    public OperatorList(string path, Action<string> report)
    {
        Path = path;
        _file = new ListFile<IReadOnlyList<Operator>>(path, Parse, [], problem => report($"{problem}; the operators that were listed before still are"));
        if (!File.Exists(path)) throw new FormatException($"there is no file '{path}'");
        _ = Parse(File.ReadAllText(path));
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>An operator by name and proof; null when there is none.</summary>
    public Operator? Find(string name, OperatorProof proof) => _file.Content.FirstOrDefault(entry => entry.Name == name && entry.Proof == proof);

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">A line is wrong; says which and how.</exception>
    public static IReadOnlyList<Operator> Parse(string text)
    {
        var operators = new List<Operator>();
        foreach (var (number, words) in ListFile.Lines(text))
        {
            try
            {
                var entry = ParseEntry(words);
                if (operators.Any(other => other.Name == entry.Name && other.Proof == entry.Proof)) throw new FormatException($"'{entry.Name}' is there twice");
                operators.Add(entry);
            }
            catch (FormatException e)
            {
                throw new FormatException($"line {number}: {e.Message}", e);
            }
        }
        return operators;
    }

    private static Operator ParseEntry(string[] words)
    {
        if (words.Length < 3 || !WireName.IsValid(words[0])) throw new FormatException("a name, a proof (ehv1-…, broker, board or -) and commands are expected");
        foreach (var verb in words[2..])
        {
            if (verb != Operator.Everything && !Verbs.Contains(verb)) throw new FormatException($"'{verb}' is not a command; there are {string.Join(", ", Verbs)}, and {Operator.Everything}");
        }
        var proof = words[1] switch
        {
            "broker" => OperatorProof.Broker,
            "board" => OperatorProof.Board,
            "-" => OperatorProof.None,
            _ => OperatorProof.Key,
        };
        if (proof == OperatorProof.None != (words[0] == Anyone)) throw new FormatException($"only '{Anyone}' proves nothing (-), and always");
        return new Operator(words[0], proof, proof == OperatorProof.Key ? PublicIdentity.Parse(words[1]) : null, words[2..].ToHashSet(StringComparer.Ordinal));
    }
}
