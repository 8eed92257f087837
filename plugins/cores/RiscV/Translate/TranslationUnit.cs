// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Translation;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Finds a hart's hot code, has it translated in the background, and puts the regions in place of the instructions
/// they begin at. Never state: everything here can be dropped at any moment between two instructions.
/// </summary>
internal sealed unsafe class TranslationUnit : IDisposable
{
    /// <summary>
    /// Jumps to a place before it is worth translating. Translating an instruction costs as much as interpreting it some
    /// 8,000 times, so a place that never gets far beyond half of that is cheaper interpreted.
    /// </summary>
    public const ushort HotJumps = 3000;

    /// <summary>Counters of jumps; places share them by address, so that a collision only makes one warm earlier.</summary>
    public const int HeatSlots = 4096;

    /// <summary>Code of all regions of a hart, in guest instructions, at which all are dropped: some 26 bytes each.</summary>
    private const int MaximumInstructions = 600_000;

    /// <summary>Entries, used or left over from dropped regions, at which everything is dropped.</summary>
    private const int MaximumEntries = 100_000;

    /// <summary>Less than this is not worth entering a region for.</summary>
    private const int MinimumInstructions = 3;

    private const int MaximumPending = 4;

    /// <summary>Remembered ways from region to region, direct-mapped by address; a power of two.</summary>
    private const int Links = 1024;

    private readonly RiscVCore _core;
    private readonly Hart* _hart;
    private readonly RamRegion _ram;
    private readonly bool _isEager;
    private readonly TranslationOptions _options;
    private readonly RiscVSource _source;
    private readonly RegionCompiler<Instruction> _compiler;
    private readonly ConcurrentQueue<Finished> _finished = [];
    private readonly List<RegionEntry> _entries = [];
    private readonly Dictionary<(RamRegion, ulong), List<InstalledRegion>> _byPage = [];
    private readonly HashSet<ulong> _refused = [];
    private RegionLink[] _links = []; // a guest that is never hot needs none
    private long _removals;
    private int _pending;
    private volatile bool _isDisposed;

    /// <summary>The unit of a hart.</summary>
    public TranslationUnit(RiscVCore core, Hart* hart, RamRegion ram, int xlen, bool exactCount, bool isEager)
    {
        _core = core;
        _hart = hart;
        _ram = ram;
        _isEager = isEager;
        _options = new TranslationOptions { ExactCount = exactCount };
        _source = new RiscVSource(core, decodesAhead: isEager);
        _compiler = new RegionCompiler<Instruction>(new RiscVEmitter(xlen), Hart.Layout, _options);
    }

    /// <summary>Where the interpreter's indirect jumps have gone.</summary>
    public IndirectTargets Targets { get; } = new();

    /// <summary>The last mistake of the translator; null if it has made none.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether regions count their instructions.</summary>
    public bool ExactCount => _options.ExactCount;

    /// <summary>Regions in place.</summary>
    public int RegionCount { get; private set; }

    /// <summary>Guest instructions in them.</summary>
    public int InstructionCount { get; private set; }

    /// <summary>Regions translated since creation, dropped ones included.</summary>
    public int Translated { get; private set; }

    /// <summary>The counter of a place, as the handlers use it.</summary>
    public static ushort* HeatOf(Hart* hart, Instruction* place) => hart->Heat + ((nuint)place >> 3 & (HeatSlots - 1));

    /// <summary>The instruction that a region stands in for, or the instruction itself.</summary>
    public Instruction OriginalOf(Instruction instruction) =>
        instruction.Op == Op.Region ? _entries[instruction.Immediate].Original : instruction;

    /// <summary>A place has become hot: plans its region and has it translated, unless that is under way.</summary>
    public void OnHot(Instruction* place, ulong address)
    {
        if (place->Op == Op.Region || Volatile.Read(ref _pending) >= MaximumPending || _refused.Contains(address)) return;
        if (RegionPlanner<Instruction>.Plan(address, _source, _options) is not { } plan || (plan.InstructionCount < MinimumInstructions && !_isEager))
        {
            _refused.Add(address);
            return;
        }
        if (Locate(plan.Pages()) is not { } pages) return;
        var memory = _hart->LoadTlb == null
            ? MemoryModel.Flat(_ram)
            : MemoryModel.Tlb((nint)_hart->LoadTlb, (nint)_hart->StoreTlb, Hart.TlbSlots, _ram);
        var (fetches, loads) = ((nint)_hart->Fetch, (nint)_hart->LoadTlb);
        Interlocked.Increment(ref _pending);
        if (_isEager) Translate(plan, memory, Make);
        else ThreadPool.UnsafeQueueUserWorkItem(_ => Translate(plan, memory, Make), null);

        InstalledRegion Make(CompiledRegion compiled) => new(compiled, pages, fetches, loads);
    }

    /// <summary>Interpretation begins at an instruction: an eager translator begins there, too.</summary>
    public void BeginBatch(Instruction* place, ulong address)
    {
        if (!_isEager) return;
        OnHot(place, address);
        InstallFinished();
    }

    /// <summary>Puts finished regions in place. Between two instructions.</summary>
    public void InstallFinished()
    {
        while (_finished.TryDequeue(out var finished))
        {
            Interlocked.Decrement(ref _pending);
            if (finished.Region is null) _refused.Add(finished.Plan.Root);
            else if (IsCurrent(finished.Plan)) Install(finished.Region);
        }
    }

    /// <summary>
    /// Runs regions from an entry on, one after the other. Returns the instruction to interpret next, or null when the
    /// core is to look at something first; the state is exact.
    /// </summary>
    public Instruction* Run(Instruction* place)
    {
        while (true)
        {
            var entry = _entries[place->Immediate];
            if (!MayEnter(entry)) return _core.PrepareDetour(RiscVSource.Normal(entry.Original));
            var exit = RunLinked(entry.Region!.Code.Code, entry.Index);
            if (_core.IsStopRequested || _hart->Remaining <= 0) return null;
            place = _core.Fetch();
            if (place == null) return null;
            if (place->Op != Op.Region)
            {
                if (exit == RegionExit.Left && --*HeatOf(_hart, place) == 0) _core.OnHot(place);
                return place;
            }
            // The region stopped before an instruction of its own that is an entry, too: it goes to the interpreter.
            if (exit != RegionExit.Left) return _core.PrepareDetour(RiscVSource.Normal(_entries[place->Immediate].Original));
            Link(_entries[place->Immediate]);
        }
    }

    // From region to region while the next one is known and nothing else is to be done.
    private RegionExit RunLinked(RegionCode code, int index)
    {
        while (true)
        {
            var exit = (RegionExit)code((nint)_hart, index);
            if (!_options.ExactCount) _hart->Remaining--; // keeps the batch finite; the rest is estimated when the slice ends
            if (exit != RegionExit.Left || _links.Length == 0 || _core.IsStopRequested || _hart->Remaining <= 0) return exit;
            ref var link = ref LinkOf(_hart->State.Pc);
            if (link.Address != _hart->State.Pc || link.Stamp != Stamp || link.Fetches != (nint)_hart->Fetch || link.Loads != (nint)_hart->LoadTlb)
                return exit;
            (code, index) = (link.Code, link.Index);
        }
    }

    private ref RegionLink LinkOf(ulong address) => ref _links[(int)(address >> 1) & (_links.Length - 1)];

    // Changes whenever a link may have become wrong; both parts only grow.
    private long Stamp => _removals + _core.TranslationEpoch;

    private void Link(in RegionEntry entry)
    {
        if (!MayEnter(entry)) return;
        if (_links.Length == 0) _links = new RegionLink[Links];
        var region = entry.Region!;
        LinkOf(entry.Address) = new RegionLink(entry.Address, Stamp, region.Fetches, region.Loads, region.Code.Code, entry.Index);
    }

    /// <summary>The decoded instructions of a page are dropped, and with them every region made from it.</summary>
    public void OnPageDropped(RamRegion memory, ulong page)
    {
        if (!_byPage.Remove((memory, page), out var regions)) return;
        foreach (var region in regions) Remove(region);
    }

    /// <summary>Drops everything.</summary>
    public void DropAll()
    {
        foreach (var region in _entries.Select(entry => entry.Region).OfType<InstalledRegion>().Distinct().ToList()) Remove(region);
        _entries.Clear();
        _byPage.Clear();
        _refused.Clear();
        Array.Clear(_links);
        (RegionCount, InstructionCount) = (0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        Targets.Dispose();
    }

    // On another thread: touches nothing of the hart.
    private void Translate(RegionPlan<Instruction> plan, MemoryModel memory, Func<CompiledRegion, InstalledRegion> make)
    {
        InstalledRegion? region = null;
        try
        {
            if (!_isDisposed) region = make(_compiler.Compile(plan, memory));
        }
        catch (Exception e)
        {
            // A mistake in the translator must not take the service with it: the guest goes on, interpreted.
            Failure = $"region 0x{plan.Root:x}: {e}";
        }
        _finished.Enqueue(new Finished(plan, region));
    }

    private IReadOnlyList<CodePage>? Locate(IReadOnlySet<ulong> numbers)
    {
        var pages = new List<CodePage>();
        foreach (var number in numbers)
        {
            if (!_core.Memory.TryFetch(number << RamRegion.PageShift, out var region, out var offset)) return null;
            if (!_core.Memory.MayFetchPage(region, offset)) return null;
            pages.Add(new CodePage(number, region, offset >> RamRegion.PageShift));
        }
        return pages;
    }

    // What was planned must still be what the guest would execute.
    private bool IsCurrent(RegionPlan<Instruction> plan) =>
        plan.IsUnchanged(_source, static (a, b) => a.Handler == b.Handler && a.Rd == b.Rd && a.Rs1 == b.Rs1 && a.Immediate == b.Immediate);

    private void Install(InstalledRegion region)
    {
        if (InstructionCount > MaximumInstructions || _entries.Count > MaximumEntries) DropAll();
        region.VerifiedEpoch = _core.TranslationEpoch;
        for (var i = 0; i < region.Code.Entries.Count; i++)
        {
            var address = region.Code.Entries[i];
            var place = _core.FindEntry(address);
            if (place == null || (i != 0 && place->Op == Op.Region)) continue; // another region begins there, and is entered by it
            _entries.Add(new RegionEntry(region, i, address, place, OriginalOf(*place)));
            region.Entries.Add(_entries.Count - 1);
            *place = new Instruction { Handler = HandlerIndex.Of(Op.Region, 0), Immediate = _entries.Count - 1 };
        }
        foreach (var page in region.Pages)
        {
            if (!_byPage.TryGetValue((page.Region, page.Page), out var regions)) _byPage.Add((page.Region, page.Page), regions = []);
            regions.Add(region);
        }
        RegionCount++;
        Translated++;
        InstructionCount += region.Code.InstructionCount;
    }

    private void Remove(InstalledRegion region)
    {
        if (region.Entries.Count == 0) return;
        foreach (var index in region.Entries)
        {
            var entry = _entries[index];
            // The place may have been dropped with its page and used for another since.
            if (entry.Place->Op == Op.Region && entry.Place->Immediate == index) *entry.Place = entry.Original;
            _entries[index] = new RegionEntry(null, 0, entry.Address, entry.Place, entry.Original);
        }
        region.Entries.Clear();
        _removals++;
        RegionCount--;
        InstructionCount -= region.Code.InstructionCount;
    }

    private bool MayEnter(in RegionEntry entry)
    {
        if (entry.Region is not { } region || entry.Address != _hart->State.Pc) return false;
        if (region.Fetches != (nint)_hart->Fetch || region.Loads != (nint)_hart->LoadTlb) return false;
        if (region.VerifiedEpoch == _core.TranslationEpoch) return true;
        foreach (var page in region.Pages)
        {
            if (!_core.Memory.TryFetch(page.Number << RamRegion.PageShift, out var memory, out var offset)) return false;
            if (memory != page.Region || offset >> RamRegion.PageShift != page.Page) return false;
        }
        region.VerifiedEpoch = _core.TranslationEpoch;
        return true;
    }

    private readonly record struct Finished(RegionPlan<Instruction> Plan, InstalledRegion? Region);
}
