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
    public static IReadOnlyList<RegionPlan<TInstruction>.Block>? Of(RegionPlan<TInstruction> plan)
    {
        var root = new BlockKey(plan.Root, 0);
        var byKey = plan.Blocks.ToDictionary(block => block.Key);
        var origins = Origins(plan, byKey);
        // Calls of the root are no loop: the region is that of a function.
        var intoRoot = origins[root].Where(block => block.Last.Flow.Kind is FlowKind.Next or FlowKind.Branch or FlowKind.Jump).ToList();
        var fromBehind = intoRoot.Where(block => block.Last.Address >= plan.Root).ToList();
        if (fromBehind.Count == 0 || fromBehind.Count == intoRoot.Count) return null;
        var inner = Reaching(fromBehind, origins, root);
        var outer = Reaching(intoRoot.Except(fromBehind), origins, root);
        outer.ExceptWith(inner);
        return outer.Count == 0 ? null : Reachable(plan, byKey, block => !outer.Contains(block.Key));
    }

    private static Dictionary<BlockKey, List<RegionPlan<TInstruction>.Block>> Origins(
        RegionPlan<TInstruction> plan, Dictionary<BlockKey, RegionPlan<TInstruction>.Block> byKey)
    {
        var origins = byKey.Keys.ToDictionary(key => key, _ => new List<RegionPlan<TInstruction>.Block>());
        foreach (var block in plan.Blocks)
        {
            foreach (var next in Next(plan, block))
            {
                if (origins.TryGetValue(next, out var list)) list.Add(block);
            }
        }
        return origins;
    }

    // A call comes back, whatever lies between.
    private static IEnumerable<BlockKey> Next(RegionPlan<TInstruction> plan, RegionPlan<TInstruction>.Block block) =>
        block.Last.Flow.Kind is FlowKind.Call or FlowKind.IndirectCall
            ? plan.Successors(block).Append(block.Key with { Address = block.Last.Next })
            : plan.Successors(block);

    // The blocks from which one of the last is reached without passing the root.
    private static HashSet<BlockKey> Reaching(
        IEnumerable<RegionPlan<TInstruction>.Block> last, Dictionary<BlockKey, List<RegionPlan<TInstruction>.Block>> origins, BlockKey root)
    {
        var found = new HashSet<BlockKey>();
        var open = new Stack<BlockKey>(last.Select(block => block.Key));
        while (open.TryPop(out var key))
        {
            if (key == root || !found.Add(key)) continue;
            foreach (var origin in origins[key]) open.Push(origin.Key);
        }
        return found;
    }

    private static List<RegionPlan<TInstruction>.Block> Reachable(
        RegionPlan<TInstruction> plan, Dictionary<BlockKey, RegionPlan<TInstruction>.Block> byKey, Func<RegionPlan<TInstruction>.Block, bool> remains)
    {
        var found = new HashSet<BlockKey>();
        var open = new Stack<BlockKey>(plan.Blocks.Where(block => block.IsEntry).Select(block => block.Key));
        while (open.TryPop(out var key))
        {
            if (!byKey.TryGetValue(key, out var block) || !remains(block) || !found.Add(key)) continue;
            foreach (var next in Next(plan, block)) open.Push(next);
        }
        return [.. plan.Blocks.Where(block => found.Contains(block.Key))];
    }
}
