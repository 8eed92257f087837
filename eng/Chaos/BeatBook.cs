// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Chaos;

/// <summary>Every beat that a guest was heard to say, with its sum, and what is wrong with them. Thread-safe.</summary>
internal sealed class BeatBook
{
    private const int MostEarly = 64; // some seconds of beats, in which what comes before them must be heard

    private readonly Lock _lock = new();
    private readonly string _firstWord;
    private readonly int _unit;
    private readonly Func<uint> _nextSum;
    private readonly List<uint> _sums = [0];
    private readonly SortedDictionary<long, (string Board, string Sum)> _early = [];
    private string _beginning = "", _end = "";

    private BeatBook(string firstWord, int unit, Func<uint> nextSum) => (_firstWord, _unit, _nextSum) = (firstWord, unit, nextSum);

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
            lock (_lock)
            {
                if (field == value) return;
                field = value;
                (_beginning, _end) = ("", "");
                foreach (var (beat, (board, sum)) in _early) Check(board, beat, sum);
                _early.Clear();
            }
        }
    }

    /// <summary>What must not be; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>The beats of firmware-images/blinky-counter.</summary>
    public static BeatBook OfBeats()
    {
        uint number = 0, sum = 0x811c9dc5; // FNV-1a
        return new BeatBook("beat", 1, () => sum = (sum ^ ++number) * 0x01000193);
    }

    /// <summary>The lines of firmware-images/checksum-chain: the same arithmetic over a memory of our own.</summary>
    public static BeatBook OfChain(int areaPages, int stepsPerLine)
    {
        var memory = new uint[areaPages * 1024];
        uint step = 0, sum = 1;
        return new BeatBook("step", stepsPerLine, () =>
        {
            for (var i = 0; i < stepsPerLine; i++)
            {
                var page = memory.AsSpan((int)(Mix(step++) % (uint)areaPages) * 1024, 1024);
                for (var word = 0; word < page.Length; word++)
                {
                    sum = uint.RotateLeft(sum, 5) + page[word] + (uint)word;
                    page[word] = sum * 0x9e3779b1u;
                }
            }
            return sum;
        });
    }

    /// <summary>What a board's console said.</summary>
    /// <param name="board">The board.</param>
    /// <param name="line">A line, or what there was of one when the console ended.</param>
    /// <param name="isWhole">Whether the line's end was there.</param>
    public void Take(string board, string line, bool isWhole)
    {
        lock (_lock)
        {
            // A guest may move between two bytes: the line then begins on one board and ends on the other, heard in either order.
            if (!isWhole && !IsComplete(line)) _beginning = line;
            else if (line.StartsWith(_firstWord + ' ', StringComparison.Ordinal)) Read(board, line);
            else if (line.Length > 0 && !line.Contains("every", StringComparison.Ordinal)) _end = line;
            if (_beginning.Length == 0 || _end.Length == 0) return;
            if (!MayRewind) Read(board, _beginning + _end);
            (_beginning, _end) = ("", "");
        }
    }

    // Only the end of the line may be missing.
    private static bool IsComplete(string line) => line.Split(' ') is [.., "sum", { Length: 8 }];

    private static uint Mix(uint value)
    {
        value = (value ^ value >> 16) * 0x7feb352du;
        value = (value ^ value >> 15) * 0x846ca68bu;
        return value ^ value >> 16;
    }

    private void Read(string board, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length >= 4 && words[0] == _firstWord && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number % _unit == 0) Arrange(board, number / _unit, words[^1]);
        else Fault ??= $"'{line}' on {board} is not what the guest says";
    }

    /// <summary>The two boards are heard independently: what was said before a move may be heard after what was said behind it.</summary>
    private void Arrange(string board, long beat, string sum)
    {
        if (MayRewind || beat <= Last || _early.Count == MostEarly || !_early.TryAdd(beat, (board, sum)))
        {
            Check(board, beat, sum);
            return;
        }
        while (_early.Remove(Last + 1, out var next))
        {
            Check(next.Board, Last + 1, next.Sum);
            _beginning = ""; // its other half would have come before this
        }
    }

    private void Check(string board, long beat, string sum)
    {
        if (beat <= Last && MayRewind) Rewound += Last - beat + 1;
        else if (beat <= Last) Fault ??= $"beat {beat} came again on {board}, after {Last}";
        else if (beat > Last + 1 && !(MayRewind && beat == Last + 2)) Fault ??= $"beat {Last + 1} is lost: on {board} came {beat}";
        Last = beat;
        Heard++;
        var expected = Sum(beat);
        if (sum != expected.ToString("x8", CultureInfo.InvariantCulture)) Fault ??= $"beat {beat} on {board} has the sum {sum}, not {expected:x8}";
    }

    private uint Sum(long beat)
    {
        while (_sums.Count <= beat) _sums.Add(_nextSum());
        return _sums[(int)beat];
    }
}
