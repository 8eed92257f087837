// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Demo;

/// <summary>What a guest has said, on whichever board it was, and whether all of it is there, once and in order. Thread-safe.</summary>
/// <param name="word">What a counted line begins with: <c>beat</c>.</param>
/// <param name="checksSum">Whether each line carries the chained sum of all numbers so far (firmware-images/blinky-counter).</param>
internal sealed class Transcript(string word, bool checksSum)
{
    private const uint Basis = 0x811c9dc5, Prime = 0x01000193; // FNV-1a
    private readonly Lock _lock = new();
    private readonly List<(string Board, string Text)> _lines = [];
    private uint _sum = Basis;

    /// <summary>The number of the last counted line.</summary>
    public long Count { get; private set; }

    /// <summary>What must not be: a line lost, repeated or wrong.</summary>
    public string? Fault { get; private set; }

    public void Take(string board, string text)
    {
        lock (_lock)
        {
            _lines.Add((board, text));
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == word && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) Check(board, number, words);
        }
    }

    /// <summary>The last lines, with the board that each was said on.</summary>
    public IReadOnlyList<(string Board, string Text)> Last(int count)
    {
        lock (_lock) return [.. _lines.TakeLast(count)];
    }

    private void Check(string board, long number, string[] words)
    {
        var expected = Count + 1;
        if (number != expected) Fault ??= number < expected ? $"{word} {number} came again on {board}, after {Count}" : $"{word} {expected} is lost: on {board} came {number} after {Count}";
        Count = number;
        _sum = (_sum ^ (uint)number) * Prime;
        if (checksSum && words[^1] != _sum.ToString("x8", CultureInfo.InvariantCulture)) Fault ??= $"{word} {number} on {board} has sum {words[^1]}, not {_sum:x8}";
    }
}
