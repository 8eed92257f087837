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

    /// <summary>The blocks to be written so, by the index of the block whose branch skips them; null for others.</summary>
    public static Skip<TInstruction>?[] Find<TInstruction>(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter)
        where TInstruction : class
    {
        var waysTo = new int[plan.Blocks.Length];
        foreach (var block in plan.Blocks)
        {
            foreach (var next in block.Successors) waysTo[next.Index]++;
        }
        var found = new Skip<TInstruction>?[plan.Blocks.Length];
        foreach (var block in plan.Blocks)
        {
            if (block is not { Last.Flow.Kind: FlowKind.Branch, Behind: { } skipped, Target: { } target }) continue;
            if (skipped.IsEntry || skipped.IsLoopHead || waysTo[skipped.Index] != 1 || skipped.Steps.Length > MaximumInstructions) continue;
            if (skipped.Last.Flow.Kind != FlowKind.Next || skipped.Behind != target) continue;
            if (TheOneRegister(skipped, emitter) is { } register) found[block.Index] = new Skip<TInstruction>(skipped, register);
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
