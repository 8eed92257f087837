// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Chooses which guest registers stay in registers of the host all through a region of the baseline compiler: those that its loops use most.</summary>
/// <remarks>
/// What goes round a loop in memory takes five cycles each time to be stored and loaded again, in a register one. Where there is no loop, to load them all at each entry would cost more
/// than it saves.
/// </remarks>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
internal static class ResidentRegisters<TInstruction>
    where TInstruction : class
{
    private const int LoopWeight = 8;
    private const int DeepestWeight = LoopWeight * LoopWeight * LoopWeight;

    /// <summary>The numbers of the guest's registers, most used first; none where the region has no loop.</summary>
    /// <param name="plan">The region.</param>
    /// <param name="emitter">Says what instructions use.</param>
    /// <param name="most">How many at most.</param>
    public static List<int> Choose(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter, int most)
    {
        var chosen = new List<int>();
        var loops = LoopsOf(plan);
        if (loops.Length == 0) return chosen;
        var registers = emitter.Registers;
        var uses = new int[registers.Count];
        var used = new RegisterSet();
        foreach (var block in plan.Blocks)
        {
            var weight = WeightOf(block.Address, loops);
            if (weight == 0) continue;
            foreach (var step in block.Steps)
            {
                used.Clear();
                emitter.CollectRegisters(step.Instruction, used);
                for (var i = 0; i < uses.Length; i++)
                {
                    if (used.IsUsed(i) && registers[i].Kind != RegisterKind.Float64) uses[i] += weight;
                }
            }
        }
        while (chosen.Count < most && MostUsed(uses) is var register && uses[register] > 0)
        {
            chosen.Add(register);
            uses[register] = 0;
        }
        return chosen;
    }

    private static int MostUsed(int[] uses)
    {
        var best = 0;
        for (var i = 1; i < uses.Length; i++)
        {
            if (uses[i] > uses[best]) best = i;
        }
        return best;
    }

    // The blocks that jump back: from the target of each to itself goes a loop, where nothing between leaves the region for a callee.
    private static RegionPlan<TInstruction>.Block[] LoopsOf(RegionPlan<TInstruction> plan)
    {
        var loops = new RegionPlan<TInstruction>.Block[plan.Blocks.Length];
        var count = 0;
        foreach (var block in plan.Blocks)
        {
            if (block.Last.Flow is { Kind: FlowKind.Branch or FlowKind.Jump, Target: var target } && target <= block.Address && StaysInside(block, plan)) loops[count++] = block;
        }
        return loops[..count];
    }

    private static bool StaysInside(RegionPlan<TInstruction>.Block loop, RegionPlan<TInstruction> plan)
    {
        foreach (var block in plan.Blocks)
        {
            if (block.Last.Flow.Kind is not (FlowKind.Next or FlowKind.Branch or FlowKind.Jump) && IsIn(loop, block.Address)) return false;
        }
        return true;
    }

    private static int WeightOf(ulong address, RegionPlan<TInstruction>.Block[] loops)
    {
        var weight = 0;
        foreach (var loop in loops)
        {
            if (IsIn(loop, address)) weight = weight == 0 ? 1 : Math.Min(weight * LoopWeight, DeepestWeight);
        }
        return weight;
    }

    private static bool IsIn(RegionPlan<TInstruction>.Block loop, ulong address) => loop.Last.Flow.Target <= address && address <= loop.Address;
}
