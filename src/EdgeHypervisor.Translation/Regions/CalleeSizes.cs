// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Finds the callees that can be copied into their callers: all that was executed in them is translated, every call they
/// make is of such a callee, and none of them calls itself. So a return in the copy knows where it goes.
/// </summary>
internal sealed class CalleeSizes<TInstruction>(IInstructionSource<TInstruction> source, int maximumInstructions)
    where TInstruction : class
{
    private Callee? _known; // few
    private readonly HashSet<long> _active = [];

    /// <summary>Instructions of a callee with its own callees, which may be <paramref name="depth"/> deep; null when it cannot be copied.</summary>
    public int? Of(ulong callee, int depth)
    {
        if (depth <= 0) return null;
        for (var known = _known; known is not null; known = known.Earlier)
        {
            if (known.Address == callee && known.Depth == depth) return known.Size;
        }
        if (!_active.Add((long)callee)) return null;
        var size = Measure(callee, depth);
        _active.Remove((long)callee);
        _known = new Callee(callee, depth, size, _known);
        return size;
    }

    /// <summary>Instructions of a function that were executed, without its callees; more than <paramref name="limit"/> when there are more.</summary>
    public int BodyOf(ulong function, int limit) => Executed(function, limit).Count;

    private int? Measure(ulong callee, int depth)
    {
        var count = 0;
        foreach (var step in Executed(callee, maximumInstructions))
        {
            var flow = step.Flow;
            if (flow.Kind is FlowKind.Interpret or FlowKind.IndirectCall || ++count > maximumInstructions) return null;
            if (flow.Kind == FlowKind.IndirectJump && source.IndirectTargets(step.Address).Count == 0) return null;
            if (flow.Kind != FlowKind.Call || !source.WasExecuted(flow.Target)) continue;
            if (Of(flow.Target, depth - 1) is not { } inner) return null;
            count += inner;
        }
        return count;
    }

    // One more than the limit when there are more.
    private List<RegionPlan<TInstruction>.Step> Executed(ulong function, int limit)
    {
        var found = new List<RegionPlan<TInstruction>.Step>();
        var seen = new HashSet<long>();
        var open = new List<ulong> { function };
        while (open.Count > 0)
        {
            var at = open[^1];
            open.RemoveAt(open.Count - 1);
            while (source.WasExecuted(at) && seen.Add((long)at) && source.TryFetch(at, out var instruction, out var flow))
            {
                found.Add(new RegionPlan<TInstruction>.Step(at, instruction, flow));
                if (found.Count > limit) return found;
                if (flow.Kind is FlowKind.Branch or FlowKind.Jump) open.Add(flow.Target);
                if (flow.Kind == FlowKind.IndirectJump) open.AddRange(source.IndirectTargets(at));
                if (!flow.FallsThrough && flow.Kind is not (FlowKind.Call or FlowKind.IndirectCall or FlowKind.Interpret)) break;
                at += flow.LengthBytes;
            }
        }
        return found;
    }

    private sealed class Callee(ulong address, int depth, int? size, Callee? earlier)
    {
        public ulong Address { get; } = address;

        public int Depth { get; } = depth;

        /// <summary>Null when it cannot be copied.</summary>
        public int? Size { get; } = size;

        public Callee? Earlier { get; } = earlier;
    }
}
