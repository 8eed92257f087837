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

    private readonly IInstructionSource<TInstruction> _source;
    private readonly TranslationOptions _options;
    private readonly CalleeSizes<TInstruction> _sizes;
    private readonly List<CallContext> _contexts = [new CallContext(0, 0, 0, 0)];
    private readonly Dictionary<BlockKey, RegionPlan<TInstruction>.Step> _steps = [];
    private readonly HashSet<BlockKey> _leaders = [];
    private readonly HashSet<BlockKey> _loopHeads = [];
    private readonly HashSet<BlockKey> _entries = [];
    private readonly HashSet<BlockKey> _callees = []; // functions at the region's own level
    private readonly Dictionary<ulong, IReadOnlyList<ulong>> _targets = [];
    private readonly Dictionary<CallContext, int> _inlined = [];
    private readonly List<Work> _open = []; // what is to be done next comes last
    private int _reserved;

    private RegionPlanner(IInstructionSource<TInstruction> source, TranslationOptions options)
    {
        _source = source;
        _options = options;
        _sizes = new CalleeSizes<TInstruction>(source, options.MaximumInlinedInstructions);
    }

    private bool IsFull => _steps.Count >= _options.MaximumInstructions;

    // Beside what is there, and what copies that were begun still take.
    private bool HasRoom(int instructions) => _steps.Count + _reserved + instructions <= _options.MaximumInstructions;

    /// <summary>Plans the region that begins at <paramref name="root"/>; null when nothing there can be translated.</summary>
    public static RegionPlan<TInstruction>? Plan(ulong root, IInstructionSource<TInstruction> source, TranslationOptions options)
    {
        var planner = new RegionPlanner<TInstruction>(source, options);
        var start = new BlockKey(root, 0);
        planner._entries.Add(start);
        planner.Open(start, rank: 0);
        while (planner.Next() is { } work && !planner.IsFull)
        {
            if (work.IsCall) planner.Enter(work);
            else if (planner.MayWalk(work)) planner.Walk(work.Key, work.Rank);
            else planner._leaders.Remove(work.Key);
        }
        planner.LeaveOpenCalls();
        return planner.Finish(root);
    }

    private void Open(BlockKey key, int rank)
    {
        if (_leaders.Add(key) && !_steps.ContainsKey(key)) Add(new Work(key, default, IsCall: false, rank));
    }

    // The lower rank first, and of the same rank what has waited longest.
    private void Add(Work work)
    {
        var at = _open.Count;
        while (at > 0 && _open[at - 1].Rank <= work.Rank) at--;
        _open.Insert(at, work);
    }

    private Work? Next()
    {
        if (_open.Count == 0) return null;
        var work = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        return work;
    }

    /// <summary>Takes instructions in a row until control goes elsewhere, or to where it has been.</summary>
    private void Walk(BlockKey at, int rank)
    {
        while (!IsFull)
        {
            if (_steps.ContainsKey(at))
            {
                _leaders.Add(at);
                return;
            }
            if (!_source.TryFetch(at.Address, out var instruction, out var flow)) return;
            if (flow.Kind == FlowKind.Interpret)
            {
                // The interpreter does this one; behind it the region goes on.
                ReturnsTo(at with { Address = at.Address + flow.LengthBytes }, rank, isEntry: true);
                return;
            }
            var step = new RegionPlan<TInstruction>.Step(at.Address, instruction, flow);
            _steps.Add(at, step);
            if (at.Context != 0) _reserved--;
            Follow(at, step, rank);
            if (!flow.FallsThrough) return;
            at = at with { Address = step.Next };
            if (flow.Kind != FlowKind.Branch) continue;
            if (!_source.WasExecuted(at.Address)) return;
            _leaders.Add(at);
        }
    }

    private void Follow(BlockKey at, RegionPlan<TInstruction>.Step step, int rank)
    {
        switch (step.Flow.Kind)
        {
            case FlowKind.Branch:
            case FlowKind.Jump:
                JumpTo(at, at with { Address = step.Flow.Target }, rank);
                break;
            case FlowKind.IndirectJump:
                foreach (var target in TargetsOf(step)) JumpTo(at, at with { Address = target }, rank);
                break;
            case FlowKind.Call:
                Call(at, step, step.Flow.Target, rank);
                break;
            case FlowKind.IndirectCall:
                foreach (var target in TargetsOf(step)) Call(at, step, target, rank);
                ReturnsTo(at with { Address = step.Next }, rank, isEntry: at.Context == 0);
                break;
        }
    }

    private IReadOnlyList<ulong> TargetsOf(RegionPlan<TInstruction>.Step step)
    {
        if (_targets.TryGetValue(step.Address, out var targets)) return targets;
        targets = _source.IndirectTargets(step.Address);
        _targets.Add(step.Address, targets);
        return targets;
    }

    // The rest of the caller comes first: it is there whatever becomes of the call.
    private void Call(BlockKey at, RegionPlan<TInstruction>.Step step, ulong target, int rank)
    {
        if (!_options.FollowsCalls)
        {
            ReturnsTo(at with { Address = step.Next }, rank, isEntry: true);
            return;
        }
        if (!_source.WasExecuted(target)) return;
        ReturnsTo(at with { Address = step.Next }, rank, isEntry: false);
        Add(new Work(at with { Address = step.Next }, target, IsCall: true, rank + 1));
    }

    /// <summary>Control comes back here, from a callee or the interpreter: the region goes on, and can be entered again.</summary>
    private void ReturnsTo(BlockKey site, int rank, bool isEntry)
    {
        if (!_source.WasExecuted(site.Address)) return;
        if (isEntry && site.Context == 0) _entries.Add(site);
        Open(site, rank);
    }

    private void JumpTo(BlockKey origin, BlockKey target, int rank)
    {
        if (!_source.WasExecuted(target.Address)) return;
        if (target.Address <= origin.Address) _loopHeads.Add(target);
        Open(target, rank);
    }

    /// <summary>Takes a callee in: as a copy for this call where it is small, else at the region's own level.</summary>
    private void Enter(Work call)
    {
        var context = call.Key.Context;
        if (Inline(call) is { } copy)
        {
            Open(copy, call.Rank);
        }
        else if (context == 0)
        {
            // A loop by calls passes here, so it asks whether to stop.
            var callee = new BlockKey(call.Callee, 0);
            _entries.Add(call.Key);
            _loopHeads.Add(callee);
            _callees.Add(callee);
            Open(callee, CalleeRank + call.Rank);
        }
    }

    // Half of a function, left again in each turn of its loop, is worse than none of it: then it has a region of its own.
    private bool MayWalk(Work work) => !_callees.Contains(work.Key) || HasRoom(_sizes.BodyOf(work.Key.Address, _options.MaximumInstructions));

    // The limit came first: these calls leave the region, and come back into it.
    private void LeaveOpenCalls()
    {
        while (Next() is { } work)
        {
            if (!work.IsCall || work.Key.Context != 0) continue;
            _entries.Add(work.Key);
            _loopHeads.Add(new BlockKey(work.Callee, 0)); // it may be in the region all the same
        }
    }

    private BlockKey? Inline(Work call)
    {
        var depth = _contexts[call.Key.Context].Depth + 1;
        var context = new CallContext(call.Key.Context, call.Key.Address, call.Callee, depth);
        if (_inlined.TryGetValue(context, out var index)) return new BlockKey(call.Callee, index);
        if (_sizes.Of(call.Callee, _options.MaximumCallDepth - depth + 1) is not { } size) return null;
        // What a copy's own callees take was reserved with the copy.
        if (depth == 1 && !HasRoom(size)) return null;
        if (depth == 1) _reserved += size;
        index = _contexts.Count;
        _contexts.Add(context);
        _inlined.Add(context, index);
        return new BlockKey(call.Callee, index);
    }

    private RegionPlan<TInstruction>? Finish(ulong root)
    {
        if (!_steps.ContainsKey(new BlockKey(root, 0))) return null;
        var blocks = new List<RegionPlan<TInstruction>.Block>();
        var leaders = _leaders.Where(_steps.ContainsKey).ToList();
        leaders.Sort((a, b) => a.Context != b.Context ? a.Context.CompareTo(b.Context) : a.Address.CompareTo(b.Address));
        foreach (var leader in leaders)
        {
            // Loop heads are no entries as such: a jump into a loop keeps RyuJIT from seeing that it is one.
            blocks.Add(new RegionPlan<TInstruction>.Block(leader, Row(leader))
            {
                IsLoopHead = _loopHeads.Contains(leader),
                IsEntry = _entries.Contains(leader),
            });
        }
        var plan = new RegionPlan<TInstruction>(root, blocks, _contexts, _targets);
        return _options.PrefersInnerLoops && InnerLoop<TInstruction>.Of(plan) is { } inner ? new RegionPlan<TInstruction>(root, inner, _contexts, _targets) : plan;
    }

    private List<RegionPlan<TInstruction>.Step> Row(BlockKey leader)
    {
        var row = new List<RegionPlan<TInstruction>.Step>();
        for (var at = leader; _steps.TryGetValue(at, out var step); at = at with { Address = step.Next })
        {
            if (at != leader && _leaders.Contains(at)) break;
            row.Add(step);
            if (step.Flow.Kind != FlowKind.Next) break;
        }
        return row;
    }

    /// <summary>What is still to be looked at: a block, or a call by its return site and callee.</summary>
    private sealed record Work(BlockKey Key, ulong Callee, bool IsCall, int Rank);
}
