// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// A region that grew from the head of an inner loop. With the loops around it, control would enter those in their
/// middle, which for RyuJIT are no loops any more: it then optimises nothing in them and chooses registers badly. So
/// the loops around are left out; they become hot by themselves and get a region that begins at their own head.
/// </summary>
internal static class InnerLoop<TInstruction>
    where TInstruction : class
{
    /// <summary>The blocks that remain; null when all do, as the root is no loop or the outermost one.</summary>
    public static RegionPlan<TInstruction>.Block[]? Of(RegionPlan<TInstruction> plan)
    {
        var count = plan.Blocks.Length;
        bool[] root = new bool[count], inner = new bool[count], outer = new bool[count];
        for (var i = 0; i < count; i++) root[i] = plan.Blocks[i].IsOwn && plan.Blocks[i].Address == plan.Root;
        var (comesFromBehind, comesFromBefore) = (false, false);
        for (var i = 0; i < count; i++)
        {
            // Calls of the root are no loop: the region is that of a function.
            var last = plan.Blocks[i].Last;
            if (last.Flow.Kind is not (FlowKind.Next or FlowKind.Branch or FlowKind.Jump) || !LeadsTo(plan.Blocks[i], root)) continue;
            var isBehind = last.Address >= plan.Root;
            (comesFromBehind, comesFromBefore) = (comesFromBehind || isBehind, comesFromBefore || !isBehind);
            (isBehind ? inner : outer)[i] = !root[i];
        }
        if (!comesFromBehind || !comesFromBefore) return null;
        AddReaching(plan, inner, root);
        AddReaching(plan, outer, root);
        return Without(plan, outer, inner);
    }

    // Adds the blocks from which one of those is reached without passing the root.
    private static void AddReaching(RegionPlan<TInstruction> plan, bool[] those, bool[] root)
    {
        for (var isMore = true; isMore;)
        {
            isMore = false;
            for (var i = those.Length - 1; i >= 0; i--)
            {
                if (!those[i] && !root[i] && LeadsTo(plan.Blocks[i], those)) those[i] = isMore = true;
            }
        }
    }

    private static bool LeadsTo(RegionPlan<TInstruction>.Block block, bool[] those)
    {
        foreach (var next in block.Successors)
        {
            if (those[next.Index]) return true;
        }
        return block.ComesBackTo is { } behind && those[behind.Index];
    }

    // What is reached from the entries without passing those of the outer loops alone; null where there are none.
    private static RegionPlan<TInstruction>.Block[]? Without(RegionPlan<TInstruction> plan, bool[] outer, bool[] inner)
    {
        var isAny = false;
        for (var i = 0; i < outer.Length; i++) isAny |= outer[i] &= !inner[i];
        if (!isAny) return null;
        var reached = new bool[outer.Length];
        foreach (var block in plan.Blocks)
        {
            if (block.IsEntry) Reach(block, outer, reached);
        }
        var remain = new RegionPlan<TInstruction>.Block[outer.Length];
        var count = 0;
        foreach (var block in plan.Blocks)
        {
            if (reached[block.Index]) remain[count++] = block;
        }
        return remain[..count];
    }

    private static void Reach(RegionPlan<TInstruction>.Block block, bool[] outer, bool[] reached)
    {
        if (outer[block.Index] || reached[block.Index]) return;
        reached[block.Index] = true;
        foreach (var next in block.Successors) Reach(next, outer, reached);
        if (block.ComesBackTo is { } behind) Reach(behind, outer, reached);
    }
}
