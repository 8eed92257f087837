// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Grows a region from a hot address: follows what the guest has executed, through branches and into calls, until the
/// limit. A small callee is copied for each call, so that its return knows where it goes; another is taken in once, at
/// the region's own level, and its returns look up where they go.
/// </summary>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
public sealed class RegionPlanner<TInstruction>
    where TInstruction : class
{
    /// <summary>A function at the region's own level comes after everything of the root's function.</summary>
    private const int CalleeRank = 100;

    /// <summary>The index of a block that is left out.</summary>
    private const int Outside = -1;

    /// <summary>Of the table of places: a power of two.</summary>
    private const int Slots = 512;

    private readonly IInstructionSource<TInstruction> _source;
    private readonly TranslationOptions _options;
    private readonly Place?[] _places = new Place?[Slots]; // by address and context, those of a slot in a row
    private CalleeSizes<TInstruction>? _sizes; // code without calls needs none
    private CallContext _lastContext = new(null, 0, 0, null);
    private Work? _open; // in the order in which it is to be done
    private int _count;
    private int _reserved;

    private RegionPlanner(IInstructionSource<TInstruction> source, TranslationOptions options)
    {
        _source = source;
        _options = options;
    }

    private bool IsFull => _count >= _options.MaximumInstructions;

    private CalleeSizes<TInstruction> Sizes => _sizes ??= new CalleeSizes<TInstruction>(_source, _options.MaximumInlinedInstructions);

    // Beside what is there, and what copies that were begun still take.
    private bool HasRoom(int instructions) => _count + _reserved + instructions <= _options.MaximumInstructions;

    /// <summary>Plans the region that begins at <paramref name="root"/>; null when nothing there can be translated.</summary>
    public static RegionPlan<TInstruction>? Plan(ulong root, IInstructionSource<TInstruction> source, TranslationOptions options)
    {
        var planner = new RegionPlanner<TInstruction>(source, options);
        var start = planner.At(root, planner._lastContext);
        start.IsEntry = true;
        planner.Open(start, rank: 0);
        while (planner.Next() is { } work && !planner.IsFull)
        {
            if (work.IsCall) planner.Enter(work);
            else if (planner.MayWalk(work)) planner.Walk(work.Place, work.Rank);
            else work.Place.IsLeader = false;
        }
        planner.LeaveOpenCalls();
        return planner.Finish(start);
    }

    private Place At(ulong address, CallContext context)
    {
        ref var slot = ref _places[(int)(address >> 1) + context.Number & Slots - 1];
        for (var place = slot; place is not null; place = place.Neighbour)
        {
            if (place.Address == address && place.Context == context) return place;
        }
        return slot = new Place(address, context, slot);
    }

    private void Open(Place place, int rank)
    {
        if (place.IsLeader) return;
        place.IsLeader = true;
        if (place.Step is null) Add(new Work(place, callee: 0, isCall: false, rank));
    }

    // The lower rank first, and of the same rank what has waited longest.
    private void Add(Work work)
    {
        ref var at = ref _open;
        while (at is not null && at.Rank <= work.Rank) at = ref at.Behind;
        work.Behind = at;
        at = work;
    }

    private Work? Next()
    {
        var work = _open;
        _open = work?.Behind;
        return work;
    }

    /// <summary>Takes instructions in a row until control goes elsewhere, or to where it has been.</summary>
    private void Walk(Place at, int rank)
    {
        while (!IsFull)
        {
            if (at.Step is not null)
            {
                at.IsLeader = true;
                return;
            }
            if (!_source.TryFetch(at.Address, out var instruction, out var flow)) return;
            var step = new RegionPlan<TInstruction>.Step(at.Address, instruction, flow);
            var next = At(step.Next, at.Context);
            if (flow.Kind == FlowKind.Interpret)
            {
                // The interpreter does this one; behind it the region goes on.
                ReturnsTo(next, rank, isEntry: true);
                return;
            }
            at.Step = step;
            _count++;
            if (at.Context.Depth != 0) _reserved--;
            Follow(at, step, next, rank);
            if (!flow.FallsThrough) return;
            at = next;
            if (flow.Kind != FlowKind.Branch) continue;
            if (!_source.WasExecuted(at.Address)) return;
            at.IsLeader = true;
        }
    }

    private void Follow(Place at, RegionPlan<TInstruction>.Step step, Place next, int rank)
    {
        switch (step.Flow.Kind)
        {
            case FlowKind.Branch:
            case FlowKind.Jump:
                JumpTo(at, step.Flow.Target, rank);
                break;
            case FlowKind.IndirectJump:
                foreach (var target in _source.IndirectTargets(step.Address)) JumpTo(at, target, rank);
                break;
            case FlowKind.Call:
                Call(next, step.Flow.Target, rank);
                break;
            case FlowKind.IndirectCall:
                foreach (var target in _source.IndirectTargets(step.Address)) Call(next, target, rank);
                ReturnsTo(next, rank, isEntry: at.Context.Depth == 0);
                break;
        }
    }

    // The rest of the caller comes first: it is there whatever becomes of the call.
    private void Call(Place next, ulong target, int rank)
    {
        if (!_options.FollowsCalls)
        {
            ReturnsTo(next, rank, isEntry: true);
            return;
        }
        if (!_source.WasExecuted(target)) return;
        ReturnsTo(next, rank, isEntry: false);
        Add(new Work(next, target, isCall: true, rank + 1));
    }

    /// <summary>Control comes back here, from a callee or the interpreter: the region goes on, and can be entered again.</summary>
    private void ReturnsTo(Place site, int rank, bool isEntry)
    {
        if (!_source.WasExecuted(site.Address)) return;
        site.IsEntry |= isEntry && site.Context.Depth == 0;
        Open(site, rank);
    }

    private void JumpTo(Place origin, ulong target, int rank)
    {
        if (!_source.WasExecuted(target)) return;
        var place = At(target, origin.Context);
        place.IsLoopHead |= target <= origin.Address;
        Open(place, rank);
    }

    /// <summary>Takes a callee in: as a copy for this call where it is small, else at the region's own level.</summary>
    private void Enter(Work call)
    {
        var context = call.Place.Context;
        if (Inline(call) is { } copy)
        {
            Open(At(call.Callee, copy), call.Rank);
        }
        else if (context.Depth == 0)
        {
            // A loop by calls passes here, so it asks whether to stop.
            var callee = At(call.Callee, context);
            (call.Place.IsEntry, callee.IsLoopHead, callee.IsCallee) = (true, true, true);
            Open(callee, CalleeRank + call.Rank);
        }
    }

    // Half of a function, left again in each turn of its loop, is worse than none of it: then it has a region of its own.
    private bool MayWalk(Work work) => !work.Place.IsCallee || HasRoom(Sizes.BodyOf(work.Place.Address, _options.MaximumInstructions));

    // The limit came first: these calls leave the region, and come back into it.
    private void LeaveOpenCalls()
    {
        while (Next() is { } work)
        {
            if (!work.IsCall || work.Place.Context.Depth != 0) continue;
            work.Place.IsEntry = true;
            At(work.Callee, work.Place.Context).IsLoopHead = true; // it may be in the region all the same
        }
    }

    private CallContext? Inline(Work call)
    {
        var (caller, returnAddress) = (call.Place.Context, call.Place.Address);
        if (FindCopy(caller, returnAddress, call.Callee) is { } known) return known;
        if (Sizes.Of(call.Callee, _options.MaximumCallDepth - caller.Depth) is not { } size) return null;
        // What a copy's own callees take was reserved with the copy.
        if (caller.Depth == 0 && !HasRoom(size)) return null;
        if (caller.Depth == 0) _reserved += size;
        return _lastContext = new CallContext(caller, returnAddress, call.Callee, _lastContext);
    }

    /// <summary>The context that a call was copied into; null where it was not.</summary>
    private CallContext? FindCopy(CallContext caller, ulong returnAddress, ulong callee)
    {
        var context = _lastContext;
        while (context is not null && (context.Parent != caller || context.ReturnAddress != returnAddress || context.Callee != callee)) context = context.Earlier;
        return context;
    }

    private RegionPlan<TInstruction>? Finish(Place root)
    {
        if (root.Step is null) return null;
        var plan = new RegionPlan<TInstruction>(root.Address, Link(Blocks()));
        if (!_options.PrefersInnerLoops || InnerLoop<TInstruction>.Of(plan) is not { } inner) return plan;
        foreach (var block in plan.Blocks) block.Index = Outside;
        return new RegionPlan<TInstruction>(root.Address, Link(inner));
    }

    // By context and address.
    private RegionPlan<TInstruction>.Block[] Blocks()
    {
        var blocks = new RegionPlan<TInstruction>.Block[_count];
        var count = 0;
        foreach (var slot in _places)
        {
            for (var place = slot; place is not null; place = place.Neighbour)
            {
                if (!place.IsLeader || place.Step is null) continue;
                // Loop heads are no entries as such: a jump into a loop keeps RyuJIT from seeing that it is one.
                place.Block = new RegionPlan<TInstruction>.Block(place.Context, Row(place)) { IsLoopHead = place.IsLoopHead, IsEntry = place.IsEntry };
                var at = count++;
                for (; at > 0 && IsBefore(place.Block, blocks[at - 1]); at--) blocks[at] = blocks[at - 1];
                blocks[at] = place.Block;
            }
        }
        return blocks[..count];
    }

    private static bool IsBefore(RegionPlan<TInstruction>.Block a, RegionPlan<TInstruction>.Block b) =>
        a.Context == b.Context ? a.Address < b.Address : a.Context.Number < b.Context.Number;

    private RegionPlan<TInstruction>.Step[] Row(Place leader)
    {
        var length = 0;
        for (Place? at = leader; at is not null; at = ContinuationOf(at)) length++;
        var row = new RegionPlan<TInstruction>.Step[length];
        length = 0;
        for (Place? at = leader; at is not null; at = ContinuationOf(at)) row[length++] = at.Step!;
        return row;
    }

    // The place behind one that belongs to the same block.
    private Place? ContinuationOf(Place place) =>
        place.Step is { Flow.Kind: FlowKind.Next } step && At(step.Next, place.Context) is { Step: not null, IsLeader: false } next ? next : null;

    // Says of each block where control goes on from it, as far as that is one of them.
    private RegionPlan<TInstruction>.Block[] Link(RegionPlan<TInstruction>.Block[] blocks)
    {
        for (var i = 0; i < blocks.Length; i++) blocks[i].Index = i;
        foreach (var block in blocks)
        {
            var (context, last) = (block.Context, block.Last);
            block.Behind = BlockAt(last.Next, context);
            block.Target = last.Flow.Kind switch
            {
                FlowKind.Branch or FlowKind.Jump => BlockAt(last.Flow.Target, context),
                FlowKind.Call => CalleeOf(block, last.Flow.Target),
                _ => null,
            };
            block.Successors = last.Flow.Kind switch
            {
                FlowKind.Next => Known(block.Behind),
                FlowKind.Branch => Known(block.Target, block.Behind),
                FlowKind.Jump or FlowKind.Call => Known(block.Target),
                FlowKind.IndirectJump or FlowKind.IndirectCall => TargetsOf(block),
                FlowKind.Return when context.Parent is { } caller => Known(BlockAt(context.ReturnAddress, caller)),
                _ => [],
            };
        }
        return blocks;
    }

    private RegionPlan<TInstruction>.Block? BlockAt(ulong address, CallContext context) => At(address, context).Block is { Index: not Outside } block ? block : null;

    // One that was not copied may be at the region's own level; but copies do not call from there.
    private RegionPlan<TInstruction>.Block? CalleeOf(RegionPlan<TInstruction>.Block caller, ulong callee)
    {
        var context = FindCopy(caller.Context, caller.Last.Next, callee) ?? (caller.IsOwn ? caller.Context : null);
        return context is null ? null : BlockAt(callee, context);
    }

    private RegionPlan<TInstruction>.Block[] TargetsOf(RegionPlan<TInstruction>.Block block)
    {
        var addresses = _source.IndirectTargets(block.Last.Address);
        var targets = new RegionPlan<TInstruction>.Block[addresses.Count];
        var count = 0;
        foreach (var address in addresses)
        {
            if ((block.Last.Flow.Kind == FlowKind.IndirectJump ? BlockAt(address, block.Context) : CalleeOf(block, address)) is { } target) targets[count++] = target;
        }
        return targets[..count];
    }

    private static RegionPlan<TInstruction>.Block[] Known(RegionPlan<TInstruction>.Block? first, RegionPlan<TInstruction>.Block? second = null)
    {
        if (first is null) (first, second) = (second, null);
        return first is null ? [] : second is null ? [first] : [first, second];
    }

    /// <summary>An address in a chain of inlined calls, and what is known of it.</summary>
    private sealed class Place(ulong address, CallContext context, Place? neighbour)
    {
        public ulong Address { get; } = address;

        public CallContext Context { get; } = context;

        /// <summary>The next in the same slot of the table.</summary>
        public Place? Neighbour { get; } = neighbour;

        /// <summary>The instruction there; null as long as it is not part of the region.</summary>
        public RegionPlan<TInstruction>.Step? Step { get; set; }

        /// <summary>The block that begins there, at the end.</summary>
        public RegionPlan<TInstruction>.Block? Block { get; set; }

        /// <summary>Control comes here otherwise than from the instruction before.</summary>
        public bool IsLeader { get; set; }

        public bool IsLoopHead { get; set; }

        public bool IsEntry { get; set; }

        /// <summary>A function at the region's own level begins here.</summary>
        public bool IsCallee { get; set; }
    }

    /// <summary>What is still to be looked at: a block, or a call by its return site and callee.</summary>
    private sealed class Work(Place place, ulong callee, bool isCall, int rank)
    {
        public Place Place { get; } = place;

        public ulong Callee { get; } = callee;

        public bool IsCall { get; } = isCall;

        public int Rank { get; } = rank;

        /// <summary>What comes next.</summary>
        public Work? Behind;
    }
}
