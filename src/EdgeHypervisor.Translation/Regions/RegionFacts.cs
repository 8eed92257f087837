// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Finds what is known at the beginning of each block: assumes everything, and follows control until no block loses
/// anything more. Of entries nothing is known but what is made sure of where they are entered: that registers are
/// sign-extended words, when all ways inside of the region that lead there bring them in words. It holds then whenever
/// control has gone round once, and a region whose root is the head of a loop keeps its words around it.
/// </summary>
internal sealed class RegionFacts<TInstruction>
    where TInstruction : unmanaged
{
    /// <summary>How often what is known of a block may shrink before it is given up.</summary>
    private const int Patience = 4;

    private readonly IInstructionEmitter<TInstruction> _emitter;
    private readonly MemoryModel _memory;
    private readonly Dictionary<BlockKey, Node> _nodes;

    public RegionFacts(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter, MemoryModel memory)
    {
        (_emitter, _memory) = (emitter, memory);
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
        if (!AssumeAtEntries()) return;
        FollowFacts();
        FollowWords();
    }

    /// <summary>The registers that have to hold sign-extended words where a block is entered from outside.</summary>
    public ulong AssumedOf(BlockKey key) => _nodes[key].Assumed;

    /// <summary>The registers that a block takes in their words.</summary>
    public ulong WordsOf(BlockKey key) => _nodes[key].Words;

    /// <summary>What the code of a block begins with.</summary>
    public BlockFacts Of(BlockKey key)
    {
        var node = _nodes[key];
        return new BlockFacts(node.Facts?.Copy() ?? new Facts(), node.Words, node.Groups);
    }

    /// <summary>After an instruction.</summary>
    public void Apply(Facts facts, BlockKey key, int index)
    {
        var (block, effects) = (_nodes[key].Block, _nodes[key].Effects);
        Apply(facts, block.Steps[index], effects[index], words: 0);
    }

    private RegisterForm Apply(Facts facts, in RegionPlan<TInstruction>.Step step, ulong written, ulong words)
    {
        if (written == 0) return RegisterForm.Whole;
        var instruction = step.Instruction;
        var form = _emitter.FormOf(instruction, facts.Signed32, words);
        RegisterSum? sum = _emitter.TryGetSum(instruction, out var known) ? known : null;
        facts.Set(
            written, form, _emitter.RangeOf(instruction, step.Address, facts.Ranges), _emitter.SetsConstantAddress(instruction), sum,
            sum is null || _emitter.Registers[known.Target].Kind == RegisterKind.Int64);
        return form;
    }

    // Whether there is anything to assume; then everything is to be found again with it.
    private bool AssumeAtEntries()
    {
        var entries = _nodes.Values.Where(node => node.Block.IsEntry).ToDictionary(node => node, _ => (Signed32: ulong.MaxValue, Words: 0UL));
        foreach (var node in _nodes.Values)
        {
            foreach (var next in node.Next)
            {
                if (entries.TryGetValue(next, out var known)) entries[next] = (known.Signed32 & node.SignedAtEnd, known.Words | node.WordsAtEnd);
            }
        }
        foreach (var (entry, known) in entries) entry.Assumed = known.Signed32 & known.Words;
        if (entries.Keys.All(entry => entry.Assumed == 0)) return false;
        foreach (var node in _nodes.Values) (node.Facts, node.Words, node.Losses) = (null, 0, 0);
        return true;
    }

    private void FollowFacts()
    {
        var open = new Queue<Node>();
        foreach (var node in _nodes.Values)
        {
            if (!node.Block.IsEntry) continue;
            node.Facts = new Facts(node.Assumed) { ConstantAddresses = _memory.ConstantAddresses };
            open.Enqueue(node);
        }
        while (open.TryDequeue(out var node))
        {
            node.IsOpen = false;
            var facts = node.Facts!.Copy();
            for (var i = 0; i < node.Block.Steps.Count; i++)
            {
                var instruction = node.Block.Steps[i].Instruction;
                if (_emitter.TryGetOperand(instruction, out var operand) && _memory.KnowsOf(operand)) facts.Access(operand, node.Groups?[i], _memory);
                Apply(facts, node.Block.Steps[i], node.Effects[i], words: 0);
            }
            node.SignedAtEnd = facts.Signed32;
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
        var loss = node.Facts.Meet(facts, isPatient: node.Losses < Patience);
        if (loss == Facts.Loss.Spans) node.Losses++;
        return loss != Facts.Loss.None;
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
                var form = Apply(facts, node.Block.Steps[i], written, words);
                words = form == RegisterForm.Word ? words | written : words & ~written;
            }
            node.WordsAtEnd = words;
            foreach (var next in node.Next)
            {
                if (next.Facts is null) continue;
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

        /// <summary>At an entry: the registers that are made sure to hold sign-extended words.</summary>
        public ulong Assumed { get; set; }

        /// <summary>The registers that hold sign-extended words behind it.</summary>
        public ulong SignedAtEnd { get; set; }

        /// <summary>The registers that stand in their words behind it.</summary>
        public ulong WordsAtEnd { get; set; }

        public int Losses { get; set; }

        public bool IsOpen { get; set; }
    }
}

/// <summary>What the code of a block begins with.</summary>
/// <param name="Facts">What is known.</param>
/// <param name="Words">The registers that stand in their words.</param>
/// <param name="Groups">Which accesses are checked together; null where none are.</param>
internal readonly record struct BlockFacts(Facts Facts, ulong Words, AccessGroup?[]? Groups);
