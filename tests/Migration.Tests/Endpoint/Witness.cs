// SPDX-License-Identifier: Apache-2.0
namespace Migration.Tests;

/// <summary>Sees every beat of every VM on all boards, and notes each broken promise.</summary>
internal sealed class Witness
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _runsOn = [];
    private readonly Dictionary<string, ulong> _beats = [];
    private readonly List<string> _broken = [];

    /// <summary>Whether a VM may come back with fewer beats: the process that held the only running copy was killed.</summary>
    public bool AllowsRewind { get; set; }

    public IReadOnlyList<string> Broken
    {
        get
        {
            lock (_gate) return [.. _broken];
        }
    }

    public ulong Beats(string vm)
    {
        lock (_gate) return _beats.GetValueOrDefault(vm);
    }

    public string? RunsOn(string vm)
    {
        lock (_gate) return _runsOn.GetValueOrDefault(vm);
    }

    public void Starts(string vm, string board)
    {
        lock (_gate)
        {
            if (_runsOn.TryGetValue(vm, out var other)) _broken.Add($"{vm} starts on {board} while it runs on {other}");
            _runsOn[vm] = board;
        }
    }

    public void Stops(string vm, string board)
    {
        lock (_gate)
        {
            if (_runsOn.GetValueOrDefault(vm) == board) _runsOn.Remove(vm);
        }
    }

    public void Beat(string vm, string board, ulong beat)
    {
        lock (_gate)
        {
            if (_runsOn.GetValueOrDefault(vm) != board) _broken.Add($"{vm} beats on {board}, where it does not run");
            var expected = _beats.GetValueOrDefault(vm) + 1;
            if (beat != expected && !(AllowsRewind && beat < expected)) _broken.Add($"{vm} on {board}: beat {beat} after {expected - 1}");
            _beats[vm] = beat;
        }
    }
}
