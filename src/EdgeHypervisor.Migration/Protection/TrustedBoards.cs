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

    private const long MaximumFileBytes = 4 * 1024 * 1024;

    private readonly string _path;
    private readonly Action<string> _report;
    private readonly Lock _gate = new();
    private Dictionary<string, PublicIdentity> _boards = [];
    private (DateTime, long) _version;

    /// <summary>The list in a file, which need not exist: then nobody is trusted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Takes what is wrong with the file; its last good content stays in force.</param>
    public TrustedBoards(string path, Action<string> report) => (_path, _report) = (path, report);

    /// <summary>The keys of a trusted board; null when it is not trusted.</summary>
    public PublicIdentity? Find(string board)
    {
        lock (_gate)
        {
            Refresh();
            return _boards.GetValueOrDefault(board);
        }
    }

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">A line is wrong; says which and how.</exception>
    public static IReadOnlyDictionary<string, PublicIdentity> Parse(string text)
    {
        var boards = new Dictionary<string, PublicIdentity>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = line.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
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

    private void Refresh()
    {
        var file = new FileInfo(_path);
        var version = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (version == _version) return;
        _version = version;
        try
        {
            if (file.Exists && file.Length > MaximumFileBytes) throw new FormatException($"more than {MaximumFileBytes} bytes");
            _boards = file.Exists ? new Dictionary<string, PublicIdentity>(Parse(File.ReadAllText(_path))) : [];
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            _report($"{_path}: {e.Message}; the boards that were trusted before still are");
        }
    }
}
