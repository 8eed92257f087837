// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Translation;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// Finds a processor's hot code, has it translated in the background, and puts the regions in place of the instructions
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

    /// <summary>Code of all regions of a processor, in guest instructions, at which all are dropped: some 26 bytes each.</summary>
    private const int MaximumInstructions = 600_000;

    /// <summary>Entries, used or left over from dropped regions, at which everything is dropped.</summary>
    private const int MaximumEntries = 100_000;

    /// <summary>Less than this is not worth entering a region for.</summary>
    private const int MinimumInstructions = 3;

    private const int MaximumPending = 4;

    /// <summary>Remembered ways from region to region, direct-mapped by address; a power of two.</summary>
    private const int Links = 1024;

    private readonly CortexMCore _core;
    private readonly Cpu* _cpu;
    private readonly bool _isEager;
    private readonly TranslationOptions _options;
    private readonly CortexMSource _source;
    private RegionCompiler<TranslatedInstruction> _compiler;
    private readonly ConcurrentQueue<Finished> _finished = [];
    private readonly List<RegionEntry> _entries = [];
    private readonly Dictionary<(RamRegion, ulong), List<InstalledRegion>> _byPage = [];
    private readonly HashSet<ulong> _refused = [];
    private readonly RegionLink[] _links = new RegionLink[Links];
    private long _removals;
    private int _pending;
    private volatile bool _isDisposed;

    /// <summary>The unit of a processor.</summary>
    public TranslationUnit(CortexMCore core, Cpu* cpu, bool exactCount, bool isEager)
    {
        _core = core;
        _cpu = cpu;
        _isEager = isEager;
        _options = new TranslationOptions { ExactCount = exactCount };
        _source = new CortexMSource(core, decodesAhead: isEager, isExact: exactCount);
        _compiler = NewCompiler();
    }

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
    public static ushort* HeatOf(Cpu* cpu, Instruction* place) => cpu->Heat + ((nuint)place >> 4 & (HeatSlots - 1));

    /// <summary>The instruction that a region stands in for, or the instruction itself.</summary>
    public Instruction OriginalOf(Instruction instruction) =>
        instruction.Op == Op.Region ? _entries[(int)instruction.Immediate].Original : instruction;

    /// <summary>A place has become hot: plans its region and has it translated, unless that is under way.</summary>
    public void OnHot(Instruction* place, ulong address)
    {
        if (place->Op == Op.Region || Volatile.Read(ref _pending) >= MaximumPending || _refused.Contains(address)) return;
        if (RegionPlanner<TranslatedInstruction>.Plan(address, _source, _options) is not { } plan || (plan.InstructionCount < MinimumInstructions && !_isEager))
        {
            _refused.Add(address);
            return;
        }
        if (Locate(plan.Pages()) is not { } pages || MemoryFor(address) is not { } memory) return;
        Interlocked.Increment(ref _pending);
        if (_isEager) Translate(_compiler, plan, memory, Make);
        else ThreadPool.UnsafeQueueUserWorkItem(_ => Translate(_compiler, plan, memory, Make), null);

        InstalledRegion Make(CompiledRegion compiled) => new(compiled, pages);
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
            var entry = _entries[(int)place->Immediate];
            if (!MayEnter(entry)) return _core.PrepareDetour(CortexMSource.Normal(entry.Original));
            var exit = RunLinked(entry.Region!.Code.Code, entry.Index);
            if (_core.IsStopRequested || _cpu->Remaining <= 0) return null;
            place = _core.Fetch();
            if (place == null) return null;
            if (place->Op != Op.Region)
            {
                if (exit == RegionExit.Left && --*HeatOf(_cpu, place) == 0) _core.OnHot(place);
                return place;
            }
            // The region stopped before an instruction of its own that is an entry, too: it goes to the interpreter.
            if (exit != RegionExit.Left) return _core.PrepareDetour(CortexMSource.Normal(_entries[(int)place->Immediate].Original));
            Link(_entries[(int)place->Immediate]);
        }
    }

    // From region to region while the next one is known and nothing else is to be done.
    private RegionExit RunLinked(RegionCode code, int index)
    {
        while (true)
        {
            var exit = (RegionExit)code((nint)_cpu, index);
            if (!_options.ExactCount) _cpu->Remaining--; // keeps the batch finite; the rest is estimated when the slice ends
            if (exit != RegionExit.Left || _core.IsStopRequested || _cpu->Remaining <= 0) return exit;
            ref var link = ref LinkOf(_cpu->State.Pc);
            if (link.Address != _cpu->State.Pc || link.Stamp != Stamp)
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
        var region = entry.Region!;
        LinkOf(entry.Address) = new RegionLink(entry.Address, Stamp, region.Code.Code, entry.Index);
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
        _compiler = NewCompiler(); // whether unaligned accesses trap may have changed
        (RegionCount, InstructionCount) = (0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
    }

    // On another thread: touches nothing of the processor.
    private void Translate(RegionCompiler<TranslatedInstruction> compiler, RegionPlan<TranslatedInstruction> plan, MemoryModel memory, Func<CompiledRegion, InstalledRegion> make)
    {
        InstalledRegion? region = null;
        try
        {
            if (!_isDisposed) region = make(compiler.Compile(plan, memory));
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
            if (!_core.TryFindPage(number << RamRegion.PageShift, out var region, out var page)) return null;
            pages.Add(new CodePage(number, region, page));
        }
        return pages;
    }

    // What was planned must still be what the guest would execute.
    private bool IsCurrent(RegionPlan<TranslatedInstruction> plan) =>
        plan.IsUnchanged(_source, static (a, b) => a.It == b.It && AreEqual(a.Decoded, b.Decoded));

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
            *place = new Instruction { Handler = HandlerIndex.Of(Op.Region, 0), Step = 1, Immediate = (uint)(_entries.Count - 1) };
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
            if (entry.Place->Op == Op.Region && entry.Place->Immediate == (uint)index) *entry.Place = entry.Original;
            _entries[index] = new RegionEntry(null, 0, entry.Address, entry.Place, entry.Original);
        }
        region.Entries.Clear();
        _removals++;
        RegionCount--;
        InstructionCount -= region.Code.InstructionCount;
    }

    private bool MayEnter(in RegionEntry entry)
    {
        if (entry.Region is not { } region || entry.Address != _cpu->State.Pc) return false;
        if (_core.Memory.Protection.IsEnabled || _cpu->State.It != 0) return false; // accesses are not asked for here
        region.VerifiedEpoch = _core.TranslationEpoch;
        return true;
    }

    private static bool AreEqual(Instruction a, Instruction b) => TranslationHelpers.Pack(a) == TranslationHelpers.Pack(b);

    private RegionCompiler<TranslatedInstruction> NewCompiler() => new(new CortexMEmitter(_core.TrapsUnaligned), Cpu.Layout, _options);

    // The memory of the stack is where data is; constants are where the code is.
    private MemoryModel? MemoryFor(ulong address)
    {
        if (_core.Memory.FindRegion(_cpu->State.R[13] - sizeof(uint), sizeof(uint)) is not { } ram) return null;
        var code = _core.Memory.FindRegion((uint)address, sizeof(ushort));
        return code is null || code == ram ? MemoryModel.Flat(ram) : MemoryModel.Flat(ram, code);
    }

    private readonly record struct Finished(RegionPlan<TranslatedInstruction> Plan, InstalledRegion? Region);
}
