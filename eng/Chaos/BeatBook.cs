// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Chaos;

/// <summary>Every beat that a guest was heard to say (firmware-images/blinky-counter), and what is wrong with them. Thread-safe.</summary>
internal sealed class BeatBook
{
    private const uint Basis = 0x811c9dc5, Prime = 0x01000193; // FNV-1a
    private const string FirstWord = "beat ";
    private readonly Lock _lock = new();
    private string _beginning = "", _end = "";
    private readonly List<uint> _sums = [Basis];

    /// <summary>The last beat.</summary>
    public long Last { get; private set; }

    /// <summary>How many beats were heard, also those that came again.</summary>
    public long Heard { get; private set; }

    /// <summary>How many beats came again after the process that held the VM was killed.</summary>
    public long Rewound { get; private set; }

    /// <summary>Whether the process that held the VM was killed, so that it may come back from its last durable state once.</summary>
    /// <remarks>It may come back in the middle of a line whose beginning nobody heard: that one beat may be missing.</remarks>
    public bool MayRewind
    {
        get;
        set
        {
            field = value;
            if (!value) lock (_lock) (_beginning, _end) = ("", "");
        }
    }

    /// <summary>What must not be; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>What a board's console said.</summary>
    /// <param name="board">The board.</param>
    /// <param name="line">A line, or what there was of one when the console ended.</param>
    /// <param name="isWhole">Whether the line's end was there.</param>
    public void Take(string board, string line, bool isWhole)
    {
        lock (_lock)
        {
            // A guest may move between two bytes: the line then begins on one board and ends on the other, heard in either order.
            if (!isWhole) _beginning = line;
            else if (line.StartsWith(FirstWord, StringComparison.Ordinal)) Read(board, line);
            else if (line.Length > 0 && !line.Contains("every", StringComparison.Ordinal)) _end = line;
            if (_beginning.Length == 0 || _end.Length == 0) return;
            Read(board, _beginning + _end);
            (_beginning, _end) = ("", "");
        }
    }

    private void Read(string board, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["beat", var number, _, _, _, var sum] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var beat)) Check(board, beat, sum);
        else Fault ??= $"'{line}' on {board} is not what the guest says";
    }

    private void Check(string board, long beat, string sum)
    {
        if (beat <= Last && MayRewind)
        {
            Rewound += Last - beat + 1;
            MayRewind = false;
        }
        else if (beat <= Last) Fault ??= $"beat {beat} came again on {board}, after {Last}";
        else if (beat > Last + 1 && !(MayRewind && beat == Last + 2)) Fault ??= $"beat {Last + 1} is lost: on {board} came {beat}";
        Last = beat;
        Heard++;
        var expected = Sum(beat);
        if (sum != expected.ToString("x8", CultureInfo.InvariantCulture)) Fault ??= $"beat {beat} on {board} has the sum {sum}, not {expected:x8}";
    }

    private uint Sum(long beat)
    {
        while (_sums.Count <= beat) _sums.Add((_sums[^1] ^ (uint)_sums.Count) * Prime);
        return _sums[(int)beat];
    }
}
