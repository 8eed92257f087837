// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Files of lines of words, <c>#</c> beginning a comment.</summary>
internal static class ListFile
{
    /// <summary>The longest file.</summary>
    public const long MaximumBytes = 4 * 1024 * 1024;

    /// <summary>The words of each line that has any, with its number.</summary>
    public static IEnumerable<(int Number, string[] Words)> Lines(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = line.Split('#')[0].Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0) yield return (number, words);
        }
    }
}

/// <summary>What a file says, read again when it has changed. Thread-safe.</summary>
/// <param name="path">The file, which need not exist.</param>
/// <param name="parse">Reads its text; throws <see cref="FormatException"/>.</param>
/// <param name="empty">What holds without a file.</param>
/// <param name="report">Takes what is wrong with it; its last good content stays in force.</param>
internal sealed class ListFile<T>(string path, Func<string, T> parse, T empty, Action<string> report)
{
    private readonly Lock _gate = new();
    private readonly T _empty = empty;
    private T _content = empty;
    private (DateTime, long) _version;

    /// <summary>What it says now.</summary>
    public T Content
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _content;
            }
        }
    }

    private void Refresh()
    {
        var file = new FileInfo(path);
        var version = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (version == _version) return;
        _version = version;
        try
        {
            if (file.Exists && file.Length > ListFile.MaximumBytes) throw new FormatException($"more than {ListFile.MaximumBytes} bytes");
            _content = file.Exists ? parse(File.ReadAllText(path)) : _empty;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            report($"{path}: {e.Message}");
        }
    }
}
