// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Finds the callees that can be copied into their callers: all that was executed in them is translated, every call they
/// make is of such a callee, and none of them calls itself. So a return in the copy knows where it goes.
/// </summary>
internal sealed class CalleeSizes<TInstruction>(IInstructionSource<TInstruction> source, int maximumInstructions)
    where TInstruction : class
{
    private const int CannotBeCopied = -1;

    private readonly Dictionary<Callee, int> _known = [];
    private readonly HashSet<long> _active = [];

    /// <summary>Instructions of a callee with its own callees, which may be <paramref name="depth"/> deep; null when it cannot be copied.</summary>
    public int? Of(ulong callee, int depth)
    {
        if (depth <= 0) return null;
        var asked = new Callee(callee, depth);
        if (!_known.TryGetValue(asked, out var size))
        {
            if (!_active.Add((long)callee)) return null;
            size = Measure(callee, depth) ?? CannotBeCopied;
            _active.Remove((long)callee);
            _known.Add(asked, size);
        }
        return size == CannotBeCopied ? null : size;
    }

    /// <summary>Instructions of a function that were executed, without its callees; more than <paramref name="limit"/> when there are more.</summary>
    public int BodyOf(ulong function, int limit) => Executed(function, limit).Count;

    private int? Measure(ulong callee, int depth)
    {
        var count = 0;
        foreach (var (at, flow) in Executed(callee, maximumInstructions))
        {
            if (flow.Kind is FlowKind.Interpret or FlowKind.IndirectCall || ++count > maximumInstructions) return null;
            if (flow.Kind == FlowKind.IndirectJump && source.IndirectTargets(at).Count == 0) return null;
            if (flow.Kind != FlowKind.Call || !source.WasExecuted(flow.Target)) continue;
            if (Of(flow.Target, depth - 1) is not { } inner) return null;
            count += inner;
        }
        return count;
    }

    // One more than the limit when there are more.
    private List<Place> Executed(ulong function, int limit)
    {
        var found = new List<Place>();
        var seen = new HashSet<long>();
        var open = new List<ulong> { function };
        while (open.Count > 0)
        {
            var at = open[^1];
            open.RemoveAt(open.Count - 1);
            while (source.WasExecuted(at) && seen.Add((long)at) && source.TryFetch(at, out _, out var flow))
            {
                found.Add(new Place(at, flow));
                if (found.Count > limit) return found;
                if (flow.Kind is FlowKind.Branch or FlowKind.Jump) open.Add(flow.Target);
                if (flow.Kind == FlowKind.IndirectJump) open.AddRange(source.IndirectTargets(at));
                if (!flow.FallsThrough && flow.Kind is not (FlowKind.Call or FlowKind.IndirectCall or FlowKind.Interpret)) break;
                at += flow.LengthBytes;
            }
        }
        return found;
    }

    private sealed record Callee(ulong Address, int Depth);

    private sealed record Place(ulong Address, Flow Flow);
}
