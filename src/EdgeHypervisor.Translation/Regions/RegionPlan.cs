// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// The instructions of a region as blocks, copied from the guest: everything a translation needs, and nothing that
/// changes under it.
/// </summary>
/// <remarks>It is put together from objects and arrays: .NET compiles collections of objects ahead of time, those of our own structs when they are first used.</remarks>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
public sealed class RegionPlan<TInstruction>
    where TInstruction : class
{
    internal RegionPlan(ulong root, Block[] blocks)
    {
        Root = root;
        Blocks = blocks;
        foreach (var block in blocks)
        {
            InstructionCount += block.Steps.Length;
            foreach (var step in block.Steps) LengthBytes += step.Flow.LengthBytes;
        }
    }

    /// <summary>The address the region was grown from.</summary>
    public ulong Root { get; }

    /// <summary>Guest instructions in it; those of inlined callees count each time.</summary>
    public int InstructionCount { get; }

    /// <summary>Bytes of guest code in it; those of inlined callees count each time.</summary>
    public int LengthBytes { get; }

    /// <summary>By their <see cref="Block.Index"/>.</summary>
    internal Block[] Blocks { get; }

    /// <summary>The addresses of the 4 KiB pages that instructions were taken from.</summary>
    public IReadOnlyList<ulong> Pages()
    {
        var pages = new List<ulong>(); // few
        foreach (var block in Blocks)
        {
            foreach (var step in block.Steps)
            {
                Add(step.Address);
                Add(step.Address + step.Flow.LengthBytes - 1);
            }
        }
        return pages;

        void Add(ulong address)
        {
            for (var i = pages.Count - 1; i >= 0; i--)
            {
                if (pages[i] == address >> 12) return;
            }
            pages.Add(address >> 12);
        }
    }

    /// <summary>Whether the guest's instructions are still those of the plan: asked before its code is put in place.</summary>
    public bool IsUnchanged(IInstructionSource<TInstruction> source, Func<TInstruction, TInstruction, bool> areEqual)
    {
        foreach (var block in Blocks)
        {
            foreach (var step in block.Steps)
            {
                if (!source.TryFetch(step.Address, out var now, out var flow) || flow != step.Flow || !areEqual(now, step.Instruction)) return false;
            }
        }
        return true;
    }

    /// <summary>An instruction at its place.</summary>
    internal sealed class Step(ulong address, TInstruction instruction, Flow flow)
    {
        public ulong Address { get; } = address;

        public TInstruction Instruction { get; } = instruction;

        public Flow Flow { get; } = flow;

        public ulong Next => Address + Flow.LengthBytes;
    }

    /// <summary>Instructions that are entered at the first and left behind the last.</summary>
    internal sealed class Block(CallContext context, Step[] steps)
    {
        /// <summary>The chain of inlined calls that it stands in.</summary>
        public CallContext Context { get; } = context;

        public Step[] Steps { get; } = steps;

        /// <summary>Its place among the blocks of the plan.</summary>
        public int Index { get; set; }

        /// <summary>Somebody jumps back to it: the guest may stay here for ever, so it asks whether to stop.</summary>
        public bool IsLoopHead { get; init; }

        /// <summary>The region can be entered here from outside.</summary>
        public bool IsEntry { get; init; }

        /// <summary>The block behind its last instruction; null where that is outside of the region.</summary>
        public Block? Behind { get; set; }

        /// <summary>Where the branch, jump or call at its end leads; null where that is outside of the region.</summary>
        public Block? Target { get; set; }

        /// <summary>Where control goes from its end, as far as that is in the region and known beforehand.</summary>
        public Block[] Successors { get; set; } = [];

        /// <summary>Where a return, or a jump or call through a register, at its end likely goes in the region; nothing behind others.</summary>
        public Block[] Guesses => Last.Flow.Kind is FlowKind.Return or FlowKind.IndirectJump or FlowKind.IndirectCall ? Successors : [];

        /// <summary>Where the call at its end comes back to, whatever lies between; null behind others.</summary>
        public Block? ComesBackTo => Last.Flow.Kind is FlowKind.Call or FlowKind.IndirectCall ? Behind : null;

        /// <summary>Whether it is at the region's own level.</summary>
        public bool IsOwn => Context.Parent is null;

        public ulong Address => Steps[0].Address;

        public Step Last => Steps[^1];

        /// <summary>Its instructions from one on.</summary>
        public TInstruction[] InstructionsFrom(int first)
        {
            var instructions = new TInstruction[Steps.Length - first];
            for (var i = 0; i < instructions.Length; i++) instructions[i] = Steps[first + i].Instruction;
            return instructions;
        }
    }
}
