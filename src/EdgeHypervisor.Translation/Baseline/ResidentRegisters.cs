// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Chooses which guest registers stay in registers of the host all through a region of the baseline compiler: those that its loops use most.</summary>
/// <remarks>
/// What goes round a loop in memory takes five cycles each time to be stored and loaded again, in a register one. Where there is no loop, to load them all at each entry would cost more
/// than it saves.
/// </remarks>
internal static class ResidentRegisters
{
    private const int LoopWeight = 8;
    private const int DeepestWeight = LoopWeight * LoopWeight * LoopWeight;

    /// <summary>The numbers of the guest's registers, most used first; none where the region has no loop.</summary>
    /// <param name="plan">The region.</param>
    /// <param name="emitter">Says what instructions use.</param>
    /// <param name="most">How many at most.</param>
    public static List<int> Choose<TInstruction>(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter, int most)
        where TInstruction : class
    {
        var chosen = new List<int>();
        var loops = LoopsOf(plan);
        if (loops.Count == 0) return chosen;
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

    // From the target of each jump back to the jump, where nothing between leaves the region for a callee.
    private static List<Loop> LoopsOf<TInstruction>(RegionPlan<TInstruction> plan)
        where TInstruction : class
    {
        var loops = new List<Loop>();
        foreach (var block in plan.Blocks)
        {
            if (block.Last.Flow is { Kind: FlowKind.Branch or FlowKind.Jump, Target: var target } && target <= block.Address) loops.Add(new Loop(target, block.Address));
        }
        foreach (var block in plan.Blocks)
        {
            if (block.Last.Flow.Kind is FlowKind.Next or FlowKind.Branch or FlowKind.Jump) continue;
            for (var i = loops.Count - 1; i >= 0; i--)
            {
                if (loops[i].Contains(block.Address)) loops.RemoveAt(i);
            }
        }
        return loops;
    }

    private static int WeightOf(ulong address, List<Loop> loops)
    {
        var weight = 0;
        foreach (var loop in loops)
        {
            if (loop.Contains(address)) weight = weight == 0 ? 1 : Math.Min(weight * LoopWeight, DeepestWeight);
        }
        return weight;
    }

    private sealed class Loop(ulong first, ulong last)
    {
        public bool Contains(ulong address) => first <= address && address <= last;
    }
}
