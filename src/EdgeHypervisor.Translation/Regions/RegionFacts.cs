// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Finds what is known at the beginning of each block: assumes everything, and follows control until no block loses
/// anything more. At entries nothing is known.
/// </summary>
internal sealed class RegionFacts<TInstruction>
    where TInstruction : unmanaged
{
    /// <summary>How often what is known of a block may shrink before it is given up.</summary>
    private const int Patience = 4;

    private readonly IInstructionEmitter<TInstruction> _emitter;
    private readonly Dictionary<BlockKey, Node> _nodes;
    private readonly MemoryModel _memory;
    private readonly Facts _atEntry;

    public RegionFacts(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter, MemoryModel memory)
    {
        (_emitter, _memory) = (emitter, memory);
        _atEntry = new Facts { ConstantAddresses = memory.ConstantAddresses };
        _nodes = plan.Blocks.ToDictionary(block => block.Key, block => new Node(block, Effects(block), memory.ChecksTogether ? AccessGroup.Find(block.Steps, emitter) : null));
        foreach (var node in _nodes.Values)
        {
            foreach (var key in plan.Successors(node.Block))
            {
                if (_nodes.TryGetValue(key, out var next)) node.Next.Add(next);
            }
        }
        FollowFacts();
        FollowWords();
    }

    /// <summary>What the code of a block begins with.</summary>
    public BlockFacts Of(BlockKey key)
    {
        var node = _nodes[key];
        ulong words = 0, whole = 0;
        foreach (var next in node.Next) (words, whole) = (words | next.Words, whole | ~next.Words);
        return new BlockFacts(node.Facts?.Copy() ?? new Facts(), node.Words, words, node.Leads ? whole : ulong.MaxValue, node.Groups);
    }

    /// <summary>After an instruction.</summary>
    public void Apply(Facts facts, BlockKey key, int index)
    {
        var (block, effects) = (_nodes[key].Block, _nodes[key].Effects);
        Apply(facts, block.Steps[index].Instruction, effects[index], words: 0);
    }

    private RegisterForm Apply(Facts facts, in TInstruction instruction, ulong written, ulong words)
    {
        if (written == 0) return RegisterForm.Whole;
        var form = _emitter.FormOf(instruction, facts.Signed32, words);
        RegisterSum? sum = _emitter.TryGetSum(instruction, out var known) ? known : null;
        facts.Set(written, form, _emitter.SetsConstantAddress(instruction), sum, sum is null || _emitter.Registers[known.Target].Kind == RegisterKind.Int64);
        return form;
    }

    private void FollowFacts()
    {
        var open = new Queue<Node>();
        foreach (var node in _nodes.Values)
        {
            if (!node.Block.IsEntry) continue;
            node.Facts = _atEntry.Copy();
            open.Enqueue(node);
        }
        while (open.TryDequeue(out var node))
        {
            node.IsOpen = false;
            var facts = node.Facts!.Copy();
            for (var i = 0; i < node.Block.Steps.Count; i++)
            {
                var instruction = node.Block.Steps[i].Instruction;
                if (_emitter.TryGetOperand(instruction, out var operand) && _memory.KnowsOf(operand)) facts.Access(operand, node.Groups?[i]);
                Apply(facts, instruction, node.Effects[i], words: 0);
            }
            foreach (var next in node.Next)
            {
                if (next.Block.IsEntry || !Reach(next, facts) || next.IsOpen) continue;
                next.IsOpen = true;
                open.Enqueue(next);
            }
        }
    }

    private static bool Reach(Node node, Facts facts)
    {
        if (node.Facts is null)
        {
            node.Facts = facts.Copy();
            return true;
        }
        var changed = node.Facts.Meet(facts, isPatient: node.Losses < Patience);
        if (changed) node.Losses++;
        return changed;
    }

    // A register comes to a block in its word when it is one on every way, and stands in its word already on some.
    private void FollowWords()
    {
        var open = new Queue<Node>(_nodes.Values);
        while (open.TryDequeue(out var node))
        {
            node.IsOpen = false;
            var (words, facts) = (node.Words, node.Facts?.Copy() ?? new Facts());
            for (var i = 0; i < node.Block.Steps.Count; i++)
            {
                var written = node.Effects[i];
                var form = Apply(facts, node.Block.Steps[i].Instruction, written, words);
                words = form == RegisterForm.Word ? words | written : words & ~written;
            }
            foreach (var next in node.Next)
            {
                if (next.Block.IsEntry || next.Facts is null) continue;
                var more = words & next.Facts.Signed32 & ~next.Words;
                if (more == 0) continue;
                next.Words |= more;
                if (next.IsOpen) continue;
                next.IsOpen = true;
                open.Enqueue(next);
            }
        }
    }

    private ulong[] Effects(RegionPlan<TInstruction>.Block block)
    {
        var effects = new ulong[block.Steps.Count];
        var registers = new RegisterSet();
        for (var i = 0; i < effects.Length; i++)
        {
            registers.Clear();
            _emitter.CollectRegisters(block.Steps[i].Instruction, registers);
            effects[i] = registers.WrittenBits();
        }
        return effects;
    }

    private sealed class Node(RegionPlan<TInstruction>.Block block, ulong[] effects, AccessGroup?[]? groups)
    {
        public RegionPlan<TInstruction>.Block Block { get; } = block;

        /// <summary>What each instruction sets, by bit.</summary>
        public ulong[] Effects { get; } = effects;

        public AccessGroup?[]? Groups { get; } = groups;

        public List<Node> Next { get; } = [];

        /// <summary>At its beginning; null while no way has led there.</summary>
        public Facts? Facts { get; set; }

        /// <summary>The registers that come in their words.</summary>
        public ulong Words { get; set; }

        public int Losses { get; set; }

        public bool IsOpen { get; set; }

        /// <summary>Whether it goes on to known blocks alone: others take registers whole.</summary>
        public bool Leads => Block.Last.Flow.Kind is FlowKind.Next or FlowKind.Branch or FlowKind.Jump or FlowKind.Call;
    }
}

/// <summary>What the code of a block begins with, and what it leaves to others.</summary>
/// <param name="Facts">What is known.</param>
/// <param name="Words">The registers that stand in their words.</param>
/// <param name="NextWords">Those that a following block wants in their words.</param>
/// <param name="NextWhole">Those that a following block wants whole.</param>
/// <param name="Groups">Which accesses are checked together; null where none are.</param>
internal readonly record struct BlockFacts(Facts Facts, ulong Words, ulong NextWords, ulong NextWhole, AccessGroup?[]? Groups);
