// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Finds a core's hot code, has it translated in the background, and puts the regions in place of the instructions
/// they begin at. Never state: everything here can be dropped at any moment between two instructions.
/// </summary>
/// <remarks>
/// .NET's ahead-of-time compiler compiles generic code of this library for all objects alike, but not for the structs of cores, which
/// it does not see: it would be compiled while the first guest waits for it, for each core anew. So instructions are objects here, and entries of pages are addresses.
/// </remarks>
/// <typeparam name="TInstruction">An instruction as the planner and the emitter take it.</typeparam>
public sealed unsafe partial class TranslationUnit<TInstruction> : IDisposable
    where TInstruction : class
{
    /// <summary>Code of all regions of a core, in guest instructions, at which all are dropped: some 26 bytes each.</summary>
    private const int MaximumInstructions = 600_000;

    /// <summary>Entries, used or left over from dropped regions, at which everything is dropped.</summary>
    private const int MaximumEntries = 100_000;

    /// <summary>Less than this is not worth entering a region for.</summary>
    private const int MinimumInstructions = 3;

    private const int MaximumPending = 4;

    /// <summary>Surprises after which a region is made again without taking anything for granted.</summary>
    private const int MaximumSurprises = 8;

    /// <summary>Remembered ways from region to region, direct-mapped by address; a power of two.</summary>
    private const int Links = 1024;

    private readonly ITranslatedCore<TInstruction> _core;
    private readonly IInstructionSource<TInstruction> _source;
    private readonly EntryLayout _layout;
    private readonly EntryCopies _originals;
    private readonly nint _state;
    private readonly ulong* _programCounter;
    private readonly int* _stopRequest;
    private readonly long* _remaining;
    private readonly long* _epoch;
    private readonly RegionContext* _context;
    private readonly Eagerness _eagerness;
    private readonly TranslationOptions _options;
    private readonly List<RegionEntry> _entries = [];
    private readonly Dictionary<ulong, List<InstalledRegion>> _byPage = [];
    private readonly HashSet<long> _refused = []; // addresses; .NET has no code ready for sets of unsigned ones
    private readonly Job?[] _underWay = new Job?[MaximumPending];
    private readonly HashSet<long> _surprising = [];
    private readonly HashSet<long> _covered = []; // where blocks of regions begin, made or under way
    private readonly Dictionary<int, int> _timesHot = []; // by the address's lower half: who shares a number is only warm earlier
    private RegionCompiler<TInstruction>? _compiler; // likewise
    private RegionLink[]? _links; // a guest that is never hot needs none
    private long _removals;
    private long _bytesMade;
    private long _translationTicks;
    private int _generation;
    private bool _isStep;
    private volatile bool _isDisposed;

    /// <summary>The unit of a core.</summary>
    /// <param name="core">The core.</param>
    /// <param name="source">Its instructions.</param>
    /// <param name="exactCount">Regions count their instructions.</param>
    /// <param name="eagerness">What to wait for.</param>
    public TranslationUnit(ITranslatedCore<TInstruction> core, IInstructionSource<TInstruction> source, bool exactCount, Eagerness eagerness)
    {
        _core = core;
        _source = source;
        _layout = core.Entries;
        _originals = new EntryCopies(_layout.LengthBytes);
        _state = core.State;
        var layout = core.Layout;
        _programCounter = (ulong*)(_state + layout.ProgramCounter);
        _stopRequest = (int*)(_state + layout.StopRequest);
        _remaining = (long*)(_state + layout.Budget);
        _epoch = (long*)(_state + layout.Epoch);
        _context = (RegionContext*)(_state + layout.Context);
        _eagerness = eagerness;
        _options = new TranslationOptions { ExactCount = exactCount };
        BeginSample();
    }

    /// <summary>Where the interpreter's indirect jumps have gone.</summary>
    public IndirectTargets Targets { get; } = new();

    /// <summary>The last mistake of the translator; null if it has made none.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether regions count their instructions.</summary>
    public bool ExactCount => _options.ExactCount;

    /// <summary>Regions in place.</summary>
    public int RegionCount { get; private set; }

    /// <summary>Those of them that RyuJIT has compiled.</summary>
    public int OptimisedCount { get; private set; }

    /// <summary>Guest instructions in all of them.</summary>
    public int InstructionCount { get; private set; }

    /// <summary>Regions translated since creation, dropped ones included.</summary>
    public int Translated { get; private set; }

    /// <summary>How much that was. Any thread may ask.</summary>
    public TranslationFigures Figures => new(
        RegionCount, InstructionCount, Translated, Interlocked.Read(ref _bytesMade), Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _translationTicks)));

    /// <summary>The entry that a region stands in for, or the entry itself.</summary>
    public nint OriginalOf(nint entry) => _layout.RegionIn(entry) is var region and >= 0 ? _entries[region].Original : entry;

    /// <summary>A place has become hot: the baseline compiler's region is put there; where it has none, the place gets hotter until RyuJIT is asked.</summary>
    public void OnHot(nint place, ulong address)
    {
        if (_layout.RegionIn(place) >= 0 || _core.MemoryFor(address) is not { } memory) return;
        if (_eagerness == Eagerness.Optimised || !TryBaseline(address, memory)) Optimise(address, memory, Heat.HotJumps, isInterpreted: true);
    }

    // So many more jumps went to a place: when they are enough its region is planned, and RyuJIT compiles it, unless that is under way.
    private void Optimise(ulong address, MemoryModel memory, int jumps, bool isInterpreted)
    {
        if (_eagerness == Eagerness.Baseline) return;
        if (_refused.Contains((long)address) || IsUnderWay(address)) return;
        var options = memory.Suit(_options);
        if (!IsHotEnough(address, options, jumps, isInterpreted)) return;
        var slot = 0;
        while (slot < MaximumPending && _underWay[slot] is not null) slot++;
        if (slot == MaximumPending) return;
        if (RegionPlanner<TInstruction>.Plan(address, _source, options) is not { } plan || (plan.InstructionCount < MinimumInstructions && !IsEager))
        {
            _refused.Add((long)address);
            return;
        }
        if (Locate(plan.Pages()) is not { } pages) return;
        _compiler ??= new RegionCompiler<TInstruction>(_core.CreateEmitter(), _core.Layout, _options);
        var job = new Job(this, plan, _compiler, memory, pages, *_context, _generation, assumes: !_surprising.Contains((long)address));
        _underWay[slot] = job;
        foreach (var block in plan.Blocks)
        {
            if (block.IsOwn) _covered.Add((long)block.Address);
        }
        if (IsEager) Translate(job);
        else Start(job);
    }

    // A service has .NET's thread pool, which knows how much at once is good for the host; for a machine alone, which needs it for nothing else, its start takes longer than a thread's.
    private static void Start(Job job)
    {
        if (ThreadPool.ThreadCount > 0) ThreadPool.UnsafeQueueUserWorkItem(job, preferLocal: false);
        else new Thread(job.Execute) { IsBackground = true, Name = "translator" }.UnsafeStart();
    }

    /// <summary>Interpretation begins at an instruction, for so many: an eager translator begins there, too.</summary>
    public void BeginBatch(nint place, ulong address, long count)
    {
        _isStep = count == 1;
        if (!IsEager) return;
        OnHot(place, address);
        InstallFinished();
    }

    /// <summary>Puts finished regions in place. Between two instructions.</summary>
    public void InstallFinished()
    {
        for (var i = 0; i < MaximumPending; i++)
        {
            if (_underWay[i] is not { IsDone: true } job) continue;
            _underWay[i] = null;
            foreach (var block in job.Plan.Blocks) _timesHot.Remove((int)block.Address);
            if (job.Generation != _generation) continue;
            if (job.Made is null) _refused.Add((long)job.Plan.Root);
            else if (job.Plan.IsUnchanged(_source, _core.AreEqual)) Install(job.Made);
        }
    }

    /// <summary>
    /// Runs regions from an entry on, one after the other. Returns the entry to interpret next, or zero when the
    /// core is to look at something first; the state is exact.
    /// </summary>
    public nint Run(nint place)
    {
        var number = _layout.RegionIn(place);
        while (true)
        {
            var entry = _entries[number];
            if (!MayEnter(entry))
            {
                if (_entries[number].Region is not null) return _core.PrepareDetour(entry.Original);
                place = _core.Fetch(); // it was dropped, perhaps just now with its page
                if (place == 0 || _layout.RegionIn(place) is not (>= 0 and var other)) return place;
                number = other;
                continue;
            }
            var code = entry.Region!.Code.Code;
            var exit = RunLinked(ref code, entry.Index);
            if (exit == RegionExit.Surprise) Surprised(code);
            if (exit == RegionExit.Sampled) OnSample();
            if (exit == RegionExit.Attention || IsToStop) return 0;
            place = _core.Fetch();
            if (place == 0) return 0;
            number = _layout.RegionIn(place);
            if (number < 0)
            {
                if (exit == RegionExit.Left && Heat.Count(_core.HeatOf(place))) _core.OnHot(place);
                return place;
            }
            // The region stopped before an instruction of its own that is an entry, too: it goes to the interpreter.
            if (exit is not (RegionExit.Left or RegionExit.Sampled))
            {
                if (exit == RegionExit.Safepoint) CoolBehind(*_programCounter);
                return _core.PrepareDetour(_entries[number].Original);
            }
            Link(_entries[number]);
        }
    }

    // The way back from a detour counts as a jump: without this, places where a budget ends would become hot one behind the other.
    private void CoolBehind(ulong address)
    {
        if (_source.TryFetch(address, out _, out var flow) && _core.FindEntry(address + flow.LengthBytes) is not 0 and var next) --*_core.HeatOf(next);
    }

    // From region to region while the next one is known and nothing else is to be done.
    private RegionExit RunLinked(ref RegionCode code, int index)
    {
        var isExact = _options.ExactCount;
        while (true)
        {
            var exit = code.Run(_state, index);
            if (!isExact) --*_remaining; // keeps the batch finite; the rest is estimated when the slice ends
            if (exit != RegionExit.Left || _links is null || IsToStop) return exit;
            var address = *_programCounter;
            ref var link = ref LinkOf(address);
            if (link.Address != address || link.Stamp != Stamp || link.Context != *_context) return exit;
            (code, index) = (link.Code, link.Index);
            LinkBaseline(address, code, index); // where another one's was
        }
    }

    private bool IsEager => _eagerness != Eagerness.WhenHot;

    private bool IsToStop => Volatile.Read(ref *_stopRequest) != 0 || *_remaining <= 0;

    // Rarely: which region it was is not worth remembering while it runs.
    private void Surprised(RegionCode code)
    {
        if (_entries.Select(entry => entry.Region).FirstOrDefault(region => region?.Code.Code == code) is not { } region) return;
        if (++region.Surprises < MaximumSurprises) return;
        _surprising.Add((long)region.Code.Root);
        Remove(region);
    }

    private ref RegionLink LinkOf(ulong address) => ref _links![(int)(address >> 1) & (_links.Length - 1)];

    /// <summary>Changes whenever a link, or a region that runs, may have become wrong; both parts only grow.</summary>
    public long Stamp => _removals + *_epoch;

    private void Link(RegionEntry entry)
    {
        if (!MayEnter(entry)) return;
        _links ??= new RegionLink[Links];
        var region = entry.Region!;
        LinkBaseline(entry.Address, region.Code.Code, entry.Index);
        LinkOf(entry.Address) = new RegionLink(entry.Address, Stamp, region.Context, region.Code.Code, entry.Index);
    }

    /// <summary>Instructions of a page are about to go, and with them every region made from it.</summary>
    public void OnPageChanged(RamRegion memory, ulong page)
    {
        if (!_byPage.Remove(PlaceOf(memory, page), out var regions)) return;
        foreach (var region in regions) Remove(region);
    }

    /// <summary>Drops everything.</summary>
    public void DropAll()
    {
        foreach (var region in _entries.Select(entry => entry.Region).OfType<InstalledRegion>().Distinct().ToList()) Remove(region);
        _entries.Clear();
        _originals.Clear();
        _byPage.Clear();
        _refused.Clear();
        _surprising.Clear();
        _covered.Clear();
        _timesHot.Clear();
        ForgetBaseline();
        _links = null;
        _compiler = null; // the core may have been set up anew
        _generation++;
        (RegionCount, OptimisedCount, InstructionCount) = (0, 0, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _room?.Dispose();
        _originals.Dispose();
        Targets.Dispose();
    }

    // On another thread: touches nothing of the core.
    private void Translate(Job job)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (!_isDisposed) job.Compile();
        }
        catch (Exception e)
        {
            // A mistake in the translator must not take the service with it: the guest goes on, interpreted.
            Failure = $"region 0x{job.Plan.Root:x}: {e}";
        }
        Interlocked.Add(ref _bytesMade, job.Plan.LengthBytes);
        Interlocked.Add(ref _translationTicks, Stopwatch.GetTimestamp() - start);
        job.IsDone = true;
    }

    // What is hot in code that is being compiled may soon be done with: it is counted anew from then on.
    private bool IsUnderWay(ulong address)
    {
        foreach (var job in _underWay)
        {
            if (job is null) continue;
            if (job.Plan.Root == address) return true;
            if (IsEager) continue;
            foreach (var block in job.Plan.Blocks)
            {
                if (block.Address == address) return true;
            }
        }
        return false;
    }

    // Places share their counters of jumps: by its own number a place that is cold is told from the hot one it shares with.
    private bool IsHotEnough(ulong address, TranslationOptions options, int jumps, bool isInterpreted)
    {
        if (IsEager) return true;
        var times = isInterpreted ? options.TimesHotInterpreted : options.TimesHot;
        if (_covered.Contains((long)address)) times *= options.TimesMoreWhereCovered;
        if (_timesHot.Count >= MaximumEntries) _timesHot.Clear();
        _timesHot.TryGetValue((int)address, out var soFar);
        _timesHot[(int)address] = soFar += jumps;
        return soFar >= times * SamplePeriod;
    }

    private CodePage[]? Locate(IReadOnlyList<ulong> numbers)
    {
        var pages = new CodePage[numbers.Count];
        for (var i = 0; i < pages.Length; i++)
        {
            if (!_core.TryFindPage(numbers[i] << RamRegion.PageShift, out var region, out var page) || !_core.MayExecute(region, page)) return null;
            pages[i] = new CodePage(numbers[i], region, page);
        }
        return pages;
    }

    private void Install(InstalledRegion region)
    {
        if (InstructionCount > MaximumInstructions || _entries.Count > MaximumEntries) DropAll();
        region.VerifiedEpoch = *_epoch;
        if (!region.Code.Code.IsBaseline) RemoveBaselineAt(region);
        for (var i = 0; i < region.Code.Entries.Length; i++)
        {
            var address = region.Code.Entries[i];
            var place = _core.FindEntry(address);
            if (place == 0 || (i != 0 && _layout.RegionIn(place) is >= 0 and var other && (region.Code.Code.IsBaseline || !IsBaseline(other)))) continue; // another region begins there, and is entered by it
            var number = _entries.Count;
            var original = _originals.At(number);
            _originals.Copy(OriginalOf(place), original);
            _entries.Add(new RegionEntry(region, i, address, place, original));
            region.Entries.Add(number);
            _core.PutRegion(place, number);
        }
        foreach (var page in region.Pages)
        {
            var at = PlaceOf(page.Region, page.Page);
            if (!_byPage.TryGetValue(at, out var regions)) _byPage.Add(at, regions = []);
            regions.Add(region);
        }
        RegionCount++;
        if (!region.Code.Code.IsBaseline) OptimisedCount++;
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
            if (_layout.RegionIn(entry.Place) == index) _originals.Copy(entry.Original, entry.Place);
            entry.Region = null;
            if (region.Code.Code.IsBaseline) _room!.Links.Forget(entry.Address);
        }
        region.Entries.Clear();
        _removals++;
        RegionCount--;
        if (!region.Code.Code.IsBaseline) OptimisedCount--;
        InstructionCount -= region.Code.InstructionCount;
    }

    private bool MayEnter(RegionEntry entry)
    {
        if (entry.Region is not { } region || entry.Address != *_programCounter) return false;
        if (_isStep && !_options.ExactCount) return false; // who does not count does not stop behind one, either
        if (!_core.MayEnterRegions || region.Context != *_context) return false;
        if (region.VerifiedEpoch == *_epoch) return true;
        foreach (var page in region.Pages)
        {
            if (!_core.TryFindPage(page.Number << RamRegion.PageShift, out var memory, out var at)) return false;
            if (memory != page.Region || at != page.Page || !_core.IsCurrent(memory, at)) return false;
        }
        region.VerifiedEpoch = *_epoch;
        return true;
    }

    // All that a translation needs, taken on the core's turn.
    private sealed class Job(
        TranslationUnit<TInstruction> unit, RegionPlan<TInstruction> plan, RegionCompiler<TInstruction> compiler, MemoryModel memory, CodePage[] pages, RegionContext context,
        int generation, bool assumes) : IThreadPoolWorkItem
    {
        private volatile bool _isDone;

        public RegionPlan<TInstruction> Plan => plan;

        public int Generation => generation;

        /// <summary>What came of it; null when it has failed.</summary>
        public InstalledRegion? Made { get; private set; }

        /// <summary>Whether it has come to an end, on whichever thread.</summary>
        public bool IsDone
        {
            get => _isDone;
            set => _isDone = value;
        }

        public void Execute() => unit.Translate(this);

        public void Compile() => Made = new InstalledRegion(compiler.Compile(plan, memory, assumes), pages, context);
    }

    // A page of memory, by its bytes on the host.
    private static ulong PlaceOf(RamRegion region, ulong page) => (ulong)region.Host + (page << RamRegion.PageShift);
}
