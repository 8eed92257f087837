// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Chaos;

/// <summary>Every beat that a guest was heard to say (firmware-images/blinky-counter), and what is wrong with them. Thread-safe.</summary>
internal sealed class BeatBook
{
    private const uint Basis = 0x811c9dc5, Prime = 0x01000193; // FNV-1a
    private readonly Lock _lock = new();
    private readonly List<uint> _sums = [Basis];

    /// <summary>The last beat.</summary>
    public long Last { get; private set; }

    /// <summary>How many beats were heard, also those that came again.</summary>
    public long Heard { get; private set; }

    /// <summary>How many beats came again after the process that held the VM was killed.</summary>
    public long Rewound { get; private set; }

    /// <summary>Whether the process that held the VM was killed, so that it may come back from its last durable state once.</summary>
    public bool MayRewind { get; set; }

    /// <summary>What must not be; null: nothing.</summary>
    public string? Fault { get; private set; }

    public void Take(string board, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 6 || words[0] != "beat" || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var beat)) return;
        lock (_lock) Check(board, beat, words[^1]);
    }

    private void Check(string board, long beat, string sum)
    {
        if (beat <= Last && MayRewind)
        {
            Rewound += Last - beat + 1;
            MayRewind = false;
        }
        else if (beat <= Last) Fault ??= $"beat {beat} came again on {board}, after {Last}";
        else if (beat > Last + 1) Fault ??= $"beat {Last + 1} is lost: on {board} came {beat}";
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
