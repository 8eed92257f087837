// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.BoardTests;

/// <summary>Looks at pins each millisecond, from a thread of its own, and writes down each change, in order.</summary>
internal sealed class Scope : IDisposable
{
    private readonly Pin[] _pins;
    private readonly List<(int Line, bool Level)> _changes = [];
    private readonly Thread _thread;
    private volatile bool _isDone;
    private long _looks;
    private TimeSpan _longestGap;

    public Scope(params Pin[] pins)
    {
        _pins = pins;
        var levels = pins.Select(pin => pin.Level).ToArray();
        _thread = new Thread(() => Watch(levels)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How often it has looked at all of them.</summary>
    public long Looks => Interlocked.Read(ref _looks);

    /// <summary>The longest that it has not looked, on a machine that had others to run: what was shorter may have been missed. To be asked when it has ended.</summary>
    public TimeSpan LongestGap => _longestGap;

    /// <summary>Ends it; gives all changes.</summary>
    public IReadOnlyList<(int Line, bool Level)> Stop()
    {
        _isDone = true;
        _thread.Join();
        return _changes;
    }

    public void Dispose() => Stop();

    private void Watch(bool[] levels)
    {
        for (var last = Stopwatch.GetTimestamp(); !_isDone;)
        {
            for (var i = 0; i < _pins.Length; i++)
            {
                var level = _pins[i].Level;
                if (level == levels[i]) continue;
                levels[i] = level;
                _changes.Add((_pins[i].Line, level));
            }
            Interlocked.Increment(ref _looks);
            var now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(last, now) is var gap && gap > _longestGap) _longestGap = gap;
            last = now;
            Thread.Sleep(1); // others want the processor too
        }
    }
}
