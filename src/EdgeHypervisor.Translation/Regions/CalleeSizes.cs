// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Finds the callees that can be copied into their callers: all that was executed in them is translated, every call they
/// make is of such a callee, and none of them calls itself. So a return in the copy knows where it goes.
/// </summary>
internal sealed class CalleeSizes<TInstruction>(IInstructionSource<TInstruction> source, int maximumInstructions)
    where TInstruction : class
{
    private readonly Dictionary<(ulong Callee, int Depth), int?> _known = [];
    private readonly HashSet<ulong> _active = [];

    /// <summary>Instructions of a callee with its own callees, which may be <paramref name="depth"/> deep; null when it cannot be copied.</summary>
    public int? Of(ulong callee, int depth)
    {
        if (depth <= 0) return null;
        if (_known.TryGetValue((callee, depth), out var known)) return known;
        if (!_active.Add(callee)) return null;
        var size = Measure(callee, depth);
        _active.Remove(callee);
        _known.Add((callee, depth), size);
        return size;
    }

    /// <summary>Instructions of a function that were executed, without its callees; more than <paramref name="limit"/> when there are more.</summary>
    public int BodyOf(ulong function, int limit) => Executed(function).Take(limit + 1).Count();

    private int? Measure(ulong callee, int depth)
    {
        var count = 0;
        foreach (var (at, flow) in Executed(callee))
        {
            if (flow.Kind is FlowKind.Interpret or FlowKind.IndirectCall || ++count > maximumInstructions) return null;
            if (flow.Kind == FlowKind.IndirectJump && source.IndirectTargets(at).Count == 0) return null;
            if (flow.Kind != FlowKind.Call || !source.WasExecuted(flow.Target)) continue;
            if (Of(flow.Target, depth - 1) is not { } inner) return null;
            count += inner;
        }
        return count;
    }

    private IEnumerable<(ulong Address, Flow Flow)> Executed(ulong function)
    {
        var seen = new HashSet<ulong>();
        var open = new Stack<ulong>();
        open.Push(function);
        while (open.TryPop(out var at))
        {
            while (source.WasExecuted(at) && seen.Add(at) && source.TryFetch(at, out _, out var flow))
            {
                yield return (at, flow);
                if (flow.Kind is FlowKind.Branch or FlowKind.Jump) open.Push(flow.Target);
                if (flow.Kind == FlowKind.IndirectJump)
                {
                    foreach (var target in source.IndirectTargets(at)) open.Push(target);
                }
                if (!flow.FallsThrough && flow.Kind is not (FlowKind.Call or FlowKind.IndirectCall or FlowKind.Interpret)) break;
                at += flow.LengthBytes;
            }
        }
    }
}
