// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Blocks that a branch skips and that only compute one register: a maximum, an absolute value, a step of a checksum. Such branches are as often taken as not, which
/// costs more than the few instructions do, and RyuJIT makes no conditional moves in loops. So the block is executed in any case,
/// and the register gets its old value back where the branch would have skipped it.
/// </summary>
internal static class Detours
{
    /// <summary>More instructions cost more than a branch that is foreseen half of the time.</summary>
    private const int MaximumInstructions = 2;

    /// <summary>The blocks to be written so, by the block whose branch skips them.</summary>
    public static IReadOnlyDictionary<BlockKey, Detour<TInstruction>> Find<TInstruction>(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter)
        where TInstruction : class
    {
        var blocks = plan.Blocks.ToDictionary(block => block.Key);
        var origins = new Dictionary<BlockKey, int>();
        foreach (var next in plan.Blocks.SelectMany(plan.Successors)) origins[next] = origins.GetValueOrDefault(next) + 1;
        var found = new Dictionary<BlockKey, Detour<TInstruction>>();
        foreach (var block in plan.Blocks)
        {
            if (block.Last.Flow.Kind != FlowKind.Branch) continue;
            var (next, target) = (block.Key with { Address = block.Last.Next }, block.Key with { Address = block.Last.Flow.Target });
            if (!blocks.TryGetValue(next, out var detour) || !blocks.ContainsKey(target)) continue;
            if (detour.IsEntry || detour.IsLoopHead || origins[next] != 1 || detour.Steps.Count > MaximumInstructions) continue;
            if (detour.Last.Flow.Kind != FlowKind.Next || detour.Last.Next != target.Address) continue;
            if (TheOneRegister(detour, emitter) is { } register) found.Add(block.Key, new Detour<TInstruction>(detour, target, register));
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

/// <summary>A block that a branch skips, to be executed in any case.</summary>
/// <param name="Block">The block.</param>
/// <param name="Target">Where control comes together again.</param>
/// <param name="Register">The register that it computes.</param>
internal readonly record struct Detour<TInstruction>(RegionPlan<TInstruction>.Block Block, BlockKey Target, int Register)
    where TInstruction : class;
