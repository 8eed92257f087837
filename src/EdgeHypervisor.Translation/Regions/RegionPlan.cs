// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// The instructions of a region as blocks, copied from the guest: everything a translation needs, and nothing that
/// changes under it.
/// </summary>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
public sealed class RegionPlan<TInstruction>
    where TInstruction : class
{
    private readonly IReadOnlyDictionary<ulong, IReadOnlyList<ulong>> _targets;

    internal RegionPlan(
        ulong root, IReadOnlyList<Block> blocks, IReadOnlyList<CallContext> contexts, IReadOnlyDictionary<ulong, IReadOnlyList<ulong>> targets)
    {
        Root = root;
        Blocks = blocks;
        Contexts = contexts;
        _targets = targets;
        foreach (var block in blocks)
        {
            InstructionCount += block.Steps.Count;
            foreach (var step in block.Steps) LengthBytes += step.Flow.LengthBytes;
        }
    }

    /// <summary>The address the region was grown from.</summary>
    public ulong Root { get; }

    /// <summary>Guest instructions in it; those of inlined callees count each time.</summary>
    public int InstructionCount { get; }

    /// <summary>Bytes of guest code in it; those of inlined callees count each time.</summary>
    public int LengthBytes { get; }

    internal IReadOnlyList<Block> Blocks { get; }

    internal IReadOnlyList<CallContext> Contexts { get; }

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
            if (!pages.Contains(address >> 12)) pages.Add(address >> 12);
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

    /// <summary>Where an indirect jump or call has been seen to go.</summary>
    internal IReadOnlyList<ulong> TargetsOf(ulong address) => _targets.GetValueOrDefault(address) ?? [];

    /// <summary>The context that a call was copied into; -1 where it was not.</summary>
    internal int FindContext(int caller, ulong returnAddress, ulong callee)
    {
        for (var context = 1; context < Contexts.Count; context++)
        {
            var at = Contexts[context];
            if (at.Parent == caller && at.ReturnAddress == returnAddress && at.Callee == callee) return context;
        }
        return -1;
    }

    /// <summary>Where control goes from the end of a block, as far as that is in the region and known beforehand.</summary>
    internal IEnumerable<BlockKey> Successors(Block block)
    {
        var (context, last) = (block.Key.Context, block.Last);
        switch (last.Flow.Kind)
        {
            case FlowKind.Next:
                yield return new BlockKey(last.Next, context);
                break;
            case FlowKind.Branch:
                yield return new BlockKey(last.Flow.Target, context);
                yield return new BlockKey(last.Next, context);
                break;
            case FlowKind.Jump:
                yield return new BlockKey(last.Flow.Target, context);
                break;
            case FlowKind.Call:
                yield return new BlockKey(last.Flow.Target, CalleeContext(context, last, last.Flow.Target));
                break;
            case FlowKind.IndirectJump:
                foreach (var target in TargetsOf(last.Address)) yield return new BlockKey(target, context);
                break;
            case FlowKind.IndirectCall:
                foreach (var target in TargetsOf(last.Address)) yield return new BlockKey(target, CalleeContext(context, last, target));
                break;
            case FlowKind.Return when context != 0:
                yield return new BlockKey(Contexts[context].ReturnAddress, Contexts[context].Parent);
                break;
        }
    }

    /// <summary>Where a return, or a jump or call through a register, at the end of a block likely goes in the region; nothing behind others.</summary>
    internal IEnumerable<BlockKey> Guesses(Block block) =>
        block.Last.Flow.Kind is FlowKind.Return or FlowKind.IndirectJump or FlowKind.IndirectCall ? Successors(block) : [];

    /// <summary>The context of a callee. One that was not copied may be at the region's own level; but copies do not call from there.</summary>
    internal int CalleeContext(int context, Step call, ulong callee)
    {
        var copy = FindContext(context, call.Next, callee);
        return copy < 0 && context == 0 ? 0 : copy;
    }

    /// <summary>An instruction at its place.</summary>
    internal sealed record Step(ulong Address, TInstruction Instruction, Flow Flow)
    {
        public ulong Next => Address + Flow.LengthBytes;
    }

    /// <summary>Instructions that are entered at the first and left behind the last.</summary>
    internal sealed class Block(BlockKey key, List<Step> steps)
    {
        public BlockKey Key { get; } = key;

        public List<Step> Steps { get; } = steps;

        /// <summary>Somebody jumps back to it: the guest may stay here for ever, so it asks whether to stop.</summary>
        public bool IsLoopHead { get; init; }

        /// <summary>The region can be entered here from outside.</summary>
        public bool IsEntry { get; init; }

        public Step Last => Steps[^1];
    }
}

/// <summary>A block by its address and the chain of inlined calls it stands in.</summary>
/// <remarks>An object, as everything that plans are put together from: .NET compiles collections of objects ahead of time, those of our own structs when they are first used.</remarks>
internal sealed record BlockKey(ulong Address, int Context)
{
    public bool Equals(BlockKey? other) => other is not null && Address == other.Address && Context == other.Context;

    public override int GetHashCode() => (int)(Address >> 1) ^ (Context << 20);
}

/// <summary>An inlined call: who called, and where it returns to. Context 0 is the region's own level.</summary>
internal sealed record CallContext(int Parent, ulong ReturnAddress, ulong Callee, int Depth);
