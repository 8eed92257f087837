// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.Translation;

/// <summary>
/// The first of the two compilers: its regions are there within a tenth of a millisecond, on the core's own turn. Every so often they come back at the head of a loop, or on
/// the way to another region: where that is often the place is hot enough for RyuJIT, whose region then takes over.
/// </summary>
public sealed unsafe partial class TranslationUnit<TInstruction>
{
    /// <summary>Loops, and ways from region to region, until the regions come back: also what .NET's garbage collector may have to wait for, below a millisecond.</summary>
    private const int SamplePeriod = 3000;

    /// <summary>The same where nothing is waited for: so that tests come by here.</summary>
    private const int EagerSamplePeriod = 50;

    private readonly HashSet<long> _noBaseline = []; // addresses that have no such region
    private BaselineRegionCompiler<TInstruction>? _baseline;
    private BaselineRoom? _room;
    private bool _hasNoRoom;

    /// <summary>Gives back what the baseline compiler's regions take, which are cheap to make again; false where there are others. The guest does not run.</summary>
    public bool TryRelease()
    {
        if (OptimisedCount > 0) return false;
        DropAll();
        _room?.Dispose();
        _room = null;
        return true;
    }

    // False where a region can't be made in one pass.
    private bool TryBaseline(ulong address, MemoryModel memory)
    {
        if (_hasNoRoom || _noBaseline.Contains((long)address)) return false;
        _room ??= BaselineRoom.TryCreate(_core.Layout, ExactCount);
        _hasNoRoom = _room is null;
        if (_room is null) return false;
        var start = Stopwatch.GetTimestamp();
        if (RegionPlanner<TInstruction>.Plan(address, new UnoptimisedCode(this), _options.ForBaseline) is not { } plan || Locate(plan.Pages()) is not { } pages)
        {
            _noBaseline.Add((long)address);
            return false;
        }
        _baseline ??= new BaselineRegionCompiler<TInstruction>(_core.CreateEmitter(), _core.Layout, _options, _room, IsEager);
        try
        {
            if (_baseline.Compile(plan, memory) is { } region)
            {
                Install(new InstalledRegion(region, pages, *_context));
            }
            else if (_room.Memory.IsFull)
            {
                DropBaseline(); // what is still hot comes again
            }
            else
            {
                _noBaseline.Add((long)address);
                return false;
            }
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            Failure = $"baseline region 0x{address:x}: {e}";
            _noBaseline.Add((long)address);
            return false;
        }
        Interlocked.Add(ref _bytesMade, plan.LengthBytes);
        Interlocked.Add(ref _translationTicks, Stopwatch.GetTimestamp() - start);
        return true;
    }

    private void BeginSample() => *(int*)(_state + _core.Layout.Countdown) = IsEager ? EagerSamplePeriod : SamplePeriod;

    private void OnSample()
    {
        BeginSample();
        var address = *_programCounter;
        // It may have been on the way to a better region.
        if (RegionAt(address) is not { Code.Code.IsBaseline: false } && _core.MemoryFor(address) is { } memory) Optimise(address, memory, SamplePeriod, isInterpreted: false);
        InstallFinished();
    }

    private void LinkBaseline(ulong address, RegionCode code, int entry)
    {
        if (code.IsBaseline) _room!.Links.Set(address, *_epoch, *_context, code.PlaceOf(entry));
    }

    // The region that is entered at an address; null where there is none.
    private InstalledRegion? RegionAt(ulong address) =>
        _core.FindEntry(address) is not 0 and var place && _layout.RegionIn(place) is >= 0 and var entry ? _entries[entry].Region : null;

    private bool IsBaseline(int entry) => _entries[entry].Region is { Code.Code.IsBaseline: true };

    // Whose loops would go on where a better region begins now.
    private void RemoveBaselineAt(InstalledRegion better)
    {
        foreach (var page in better.Pages)
        {
            if (!_byPage.TryGetValue(PlaceOf(page.Region, page.Page), out var regions)) continue;
            for (var i = regions.Count - 1; i >= 0; i--)
            {
                if (regions[i].Code.Code.IsBaseline && regions[i].Code.HasBlockAt(better.Code.Root)) Remove(regions[i]);
                if (regions[i].Entries.Count == 0) regions.RemoveAt(i);
            }
        }
    }

    private void DropBaseline()
    {
        foreach (var regions in _byPage.Values)
        {
            foreach (var region in regions)
            {
                if (region.Code.Code.IsBaseline) Remove(region);
            }
            regions.RemoveAll(region => region.Code.Code.IsBaseline);
        }
        ForgetBaseline();
    }

    // When no region is left.
    private void ForgetBaseline()
    {
        _noBaseline.Clear();
        _room?.Clear();
        _baseline = null; // the core may have been set up anew
    }

    /// <summary>What the baseline compiler may take: nothing that has a region, which is gone to instead.</summary>
    private sealed class UnoptimisedCode(TranslationUnit<TInstruction> unit) : IInstructionSource<TInstruction>
    {
        public bool TryFetch(ulong address, out TInstruction instruction, out Flow flow)
        {
            if (unit.RegionAt(address) is null) return unit._source.TryFetch(address, out instruction, out flow);
            (instruction, flow) = (null!, default);
            return false;
        }

        public bool WasExecuted(ulong address) => unit._source.WasExecuted(address) && unit.RegionAt(address) is null;

        public IReadOnlyList<ulong> IndirectTargets(ulong address) => unit._source.IndirectTargets(address);
    }
}
