// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Grows a region from a hot address: follows what the guest has executed, through branches and into calls, until the
/// limit. A callee is inlined once for each call, so that its return knows where it goes.
/// </summary>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
public sealed class RegionPlanner<TInstruction>
    where TInstruction : unmanaged
{
    private readonly IInstructionSource<TInstruction> _source;
    private readonly TranslationOptions _options;
    private readonly List<CallContext> _contexts = [default];
    private readonly Dictionary<BlockKey, RegionPlan<TInstruction>.Step> _steps = [];
    private readonly HashSet<BlockKey> _leaders = [];
    private readonly HashSet<BlockKey> _loopHeads = [];
    private readonly HashSet<BlockKey> _returnSites = [];
    private readonly Dictionary<(int Parent, ulong ReturnAddress), int> _inlined = [];
    private readonly Queue<BlockKey> _open = [];

    private RegionPlanner(IInstructionSource<TInstruction> source, TranslationOptions options)
    {
        _source = source;
        _options = options;
    }

    /// <summary>Plans the region that begins at <paramref name="root"/>; null when nothing there can be translated.</summary>
    public static RegionPlan<TInstruction>? Plan(ulong root, IInstructionSource<TInstruction> source, TranslationOptions options)
    {
        var planner = new RegionPlanner<TInstruction>(source, options);
        planner.Open(new BlockKey(root, 0));
        while (planner._open.TryDequeue(out var key) && planner._steps.Count < options.MaximumInstructions)
            planner.Walk(key);
        return planner.Finish(root);
    }

    private void Open(BlockKey key)
    {
        if (_leaders.Add(key) && !_steps.ContainsKey(key)) _open.Enqueue(key);
    }

    /// <summary>Takes instructions in a row until control goes elsewhere, or to where it has been.</summary>
    private void Walk(BlockKey at)
    {
        while (_steps.Count < _options.MaximumInstructions)
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
                if (at.Context == 0) ReturnsTo(at with { Address = at.Address + flow.LengthBytes });
                return;
            }
            var step = new RegionPlan<TInstruction>.Step(at.Address, instruction, flow);
            _steps.Add(at, step);
            Follow(at, step);
            if (!flow.FallsThrough) return;
            at = at with { Address = step.Next };
            if (flow.Kind != FlowKind.Branch) continue;
            if (!_source.WasExecuted(at.Address)) return;
            _leaders.Add(at);
        }
    }

    private void Follow(BlockKey at, RegionPlan<TInstruction>.Step step)
    {
        switch (step.Flow.Kind)
        {
            case FlowKind.Branch:
            case FlowKind.Jump:
                JumpTo(at, at with { Address = step.Flow.Target });
                break;
            case FlowKind.Call when Inline(at.Context, step) is { } callee:
                Open(callee);
                break;
            case FlowKind.Call or FlowKind.IndirectCall when at.Context == 0:
                ReturnsTo(at with { Address = step.Next });
                break;
            case FlowKind.Return when at.Context != 0:
                var context = _contexts[at.Context];
                Open(new BlockKey(context.ReturnAddress, context.Parent));
                break;
        }
    }

    /// <summary>Control comes back here from outside, a callee or the interpreter: the region can be entered again.</summary>
    private void ReturnsTo(BlockKey site)
    {
        if (!_source.WasExecuted(site.Address)) return;
        _returnSites.Add(site);
        Open(site);
    }

    private void JumpTo(BlockKey origin, BlockKey target)
    {
        if (!_source.WasExecuted(target.Address)) return;
        if (target.Address <= origin.Address) _loopHeads.Add(target);
        Open(target);
    }

    /// <summary>The callee's first block in a context of its own; null where the call is too deep, recursive or never made.</summary>
    private BlockKey? Inline(int caller, RegionPlan<TInstruction>.Step call)
    {
        var target = call.Flow.Target;
        if (!_source.WasExecuted(target)) return null;
        var depth = _contexts[caller].Depth + 1;
        if (depth > _options.MaximumCallDepth) return null;
        for (var context = caller; context != 0; context = _contexts[context].Parent)
        {
            if (_contexts[context].Callee == target) return null;
        }
        if (!_inlined.TryGetValue((caller, call.Next), out var index))
        {
            index = _contexts.Count;
            _contexts.Add(new CallContext(caller, call.Next, target, depth));
            _inlined.Add((caller, call.Next), index);
        }
        return new BlockKey(target, index);
    }

    private RegionPlan<TInstruction>? Finish(ulong root)
    {
        if (_steps.Count == 0) return null;
        var blocks = new List<RegionPlan<TInstruction>.Block>();
        foreach (var leader in _leaders.Where(_steps.ContainsKey).OrderBy(key => key.Context).ThenBy(key => key.Address))
        {
            blocks.Add(new RegionPlan<TInstruction>.Block(leader, Row(leader))
            {
                IsLoopHead = _loopHeads.Contains(leader),
                IsEntry = leader.Context == 0
                    && (leader.Address == root || _loopHeads.Contains(leader) || _returnSites.Contains(leader)),
            });
        }
        return new RegionPlan<TInstruction>(root, blocks, _contexts);
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
}
