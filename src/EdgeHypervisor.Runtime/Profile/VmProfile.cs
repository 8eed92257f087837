// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// Looks at random moments where a running guest is. It counts host time, whichever way the guest's code is run: what is slow
/// to emulate counts as much as it costs. What the guest does is the same in deterministic mode.
/// </summary>
public sealed class VmProfile : IDisposable
{
    private const int MaximumPlaces = 65_536;

    // At random, so as not to go along with a guest's own timer.
    private const int ShortestPeriodMs = 1, LongestPeriodMs = 3;

    private static readonly CodePlace Elsewhere = new("(elsewhere)", 0);

    private readonly VirtualMachine _vm;
    private readonly Random _random = new();
    private readonly SampleWalk _walk;
    private readonly Dictionary<CodePlace, long> _places = [];
    private readonly Stopwatch _watched = Stopwatch.StartNew();
    private Timer? _timer;
    private long _samples;
    private long _idle;
    private int _isLooking;
    private int _isOver;

    private VmProfile(VirtualMachine vm)
    {
        _vm = vm;
        _walk = new SampleWalk(_random);
    }

    /// <summary>Whether the guest is to run one instruction at a time just now.</summary>
    internal bool Steps => _walk.IsUnderWay;

    /// <summary>Begins to look.</summary>
    /// <returns>Null when the VM is profiled already.</returns>
    /// <exception cref="NotSupportedException">Nobody can look into the VM's core.</exception>
    /// <exception cref="VmStateException">The VM is gone.</exception>
    public static VmProfile? TryBegin(VirtualMachine vm)
    {
        var profile = TryBeginUntimed(vm);
        if (profile is not null) profile._timer = new Timer(_ => profile.LookAndGoOn(), null, ShortestPeriodMs, Timeout.Infinite);
        return profile;
    }

    /// <summary>The same without a clock: whoever calls says when to look.</summary>
    internal static VmProfile? TryBeginUntimed(VirtualMachine vm)
    {
        if (vm.DebuggableCores.Count == 0) throw new NotSupportedException($"VM {vm.Name}: its core {vm.Blueprint.CorePlugin} does not say where it is");
        _ = vm.Symbols; // reads them now, and not on its turn
        return vm.BeginProfile(() => new VmProfile(vm));
    }

    /// <summary>What has been seen so far.</summary>
    public ProfileReport Report() => _vm.OnTurn(() => new ProfileReport(
        _watched.Elapsed, _samples, _idle,
        [.. _places.Select(place => new ProfiledPlace(place.Key, place.Value)).OrderByDescending(place => place.Samples).ThenBy(place => place.Place.Address)]));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0) return;
        _timer?.Dispose();
        _vm.EndProfile(this);
    }

    /// <summary>Looks where the guest is, on its turn; not while it stands still or the last look is not over.</summary>
    internal void Look()
    {
        if (_vm.State != VmState.Running || Interlocked.Exchange(ref _isLooking, 1) != 0) return;
        _vm.Turn.Post(() =>
        {
            if (_vm.IsAsleep) End(() => _idle++);
            else _walk.Begin();
        });
    }

    /// <summary>On the VM's turn: a core has run.</summary>
    internal void AfterSlice(MachinePart<ICore> core)
    {
        if (!_walk.IsUnderWay || core.Part is not IDebuggableCore looks || !_walk.Advance(looks.ProgramCounter, core.IsWaiting, out var sample)) return;
        End(() => Count(_vm.Symbols.Locate(sample)));
    }

    private void Count(CodePlace place)
    {
        if (_places.Count == MaximumPlaces && !_places.ContainsKey(place)) place = Elsewhere;
        _places[place] = _places.GetValueOrDefault(place) + 1;
        _samples++;
    }

    private void End(Action count)
    {
        count();
        Volatile.Write(ref _isLooking, 0);
    }

    private void LookAndGoOn()
    {
        Look();
        try
        {
            _timer?.Change(_random.Next(ShortestPeriodMs, LongestPeriodMs + 1), Timeout.Infinite);
        }
        catch (ObjectDisposedException)
        {
            // It is over.
        }
    }
}
