// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Blocks that a branch skips and that only compute one register: a maximum, an absolute value, a step of a checksum. Such branches are as often taken as not, which
/// costs more than the few instructions do, and RyuJIT makes no conditional moves in loops. So the block is executed in any case,
/// and the register gets its old value back where the branch would have skipped it.
/// </summary>
internal static class SkippedBlocks
{
    /// <summary>More instructions cost more than a branch that is foreseen half of the time.</summary>
    private const int MaximumInstructions = 2;

    /// <summary>The blocks to be written so, by the block whose branch skips them.</summary>
    public static IReadOnlyDictionary<BlockKey, Skip<TInstruction>> Find<TInstruction>(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter)
        where TInstruction : class
    {
        var blocks = plan.Blocks.ToDictionary(block => block.Key);
        var origins = new Dictionary<BlockKey, int>();
        foreach (var next in plan.Blocks.SelectMany(plan.Successors))
        {
            origins.TryGetValue(next, out var count);
            origins[next] = count + 1;
        }
        var found = new Dictionary<BlockKey, Skip<TInstruction>>();
        foreach (var block in plan.Blocks)
        {
            if (block.Last.Flow.Kind != FlowKind.Branch) continue;
            var (next, target) = (block.Key with { Address = block.Last.Next }, block.Key with { Address = block.Last.Flow.Target });
            if (!blocks.TryGetValue(next, out var skipped) || !blocks.ContainsKey(target)) continue;
            if (skipped.IsEntry || skipped.IsLoopHead || origins[next] != 1 || skipped.Steps.Count > MaximumInstructions) continue;
            if (skipped.Last.Flow.Kind != FlowKind.Next || skipped.Last.Next != target.Address) continue;
            if (TheOneRegister(skipped, emitter) is { } register) found.Add(block.Key, new Skip<TInstruction>(skipped, target, register));
        }
        return found;
    }

    private static int? TheOneRegister<TInstruction>(RegionPlan<TInstruction>.Block block, IInstructionEmitter<TInstruction> emitter)
        where TInstruction : class
    {
        var registers = new RegisterSet();
        foreach (var step in block.Steps)
        {
            if (!emitter.OnlyComputes(step.Instruction)) return null;
            emitter.CollectRegisters(step.Instruction, registers);
        }
        var written = registers.WrittenBits();
        return BitOperations.IsPow2(written) ? BitOperations.TrailingZeroCount(written) : null;
    }
}
