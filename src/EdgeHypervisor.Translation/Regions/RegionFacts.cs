// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Finds what is known at the beginning of each block: assumes everything, and follows control until no block loses
/// anything more. Of entries nothing is known, and at the head of a loop only what holds on the way into it, but for what
/// is taken for granted: that registers are sign-extended words that are so whenever control has gone round the loop, and
/// stand in words then. That is made sure of on the ways in, once, and the loop keeps its words.
/// </summary>
internal sealed class RegionFacts<TInstruction>
    where TInstruction : class
{
    /// <summary>How often what is known of a block may shrink before it is given up.</summary>
    private const int Patience = 4;

    /// <summary>How often more is taken for granted because of what was before.</summary>
    private const int MaximumRounds = 4;

    private readonly IInstructionEmitter<TInstruction> _emitter;
    private readonly MemoryModel _memory;
    private readonly Dictionary<BlockKey, Node> _nodes;

    public RegionFacts(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter, MemoryModel memory, bool assumes)
    {
        (_emitter, _memory) = (emitter, memory);
        _nodes = plan.Blocks.ToDictionary(block => block.Key, block => MakeNode(block, memory.ChecksTogether));
        foreach (var node in _nodes.Values)
        {
            foreach (var key in plan.Successors(node.Block))
            {
                if (_nodes.TryGetValue(key, out var next)) node.Next.Add(next);
            }
        }
        FindWaysRound();
        FollowReads();
        FollowFacts();
        FollowWords();
        for (var round = 0; assumes && round < MaximumRounds && Assume(); round++)
        {
            foreach (var node in _nodes.Values) (node.Facts, node.Words, node.Losses) = (null, 0, 0);
            FollowFacts();
            FollowWords();
        }
    }

    /// <summary>The registers that have to hold sign-extended words where a block is entered from outside.</summary>
    public ulong AssumedOf(BlockKey key) => _nodes[key].Assumed;

    /// <summary>Those that have to on the way from another block, and are not known to.</summary>
    public ulong UnsureOf(BlockKey from, BlockKey to) => _nodes[to].Assumed & ~_nodes[from].SignedAtEnd;

    /// <summary>Whether a loop may pass on the way from one block to another. None consists of ways alone that lead on within a function.</summary>
    public bool IsBack(RegionPlan<TInstruction>.Block from, BlockKey to) =>
        _nodes[to].Block.IsLoopHead
        && (to.Context != from.Key.Context || to.Address <= from.Last.Address || from.Last.Flow.Kind is FlowKind.Call or FlowKind.IndirectCall);

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
        facts.Set(_emitter, instruction, written, form, _emitter.RangeOf(instruction, step.Address, facts.Ranges), _emitter.SetsConstantAddress(instruction));
        return form;
    }

    // Whether there is more to take for granted than before; then everything is to be found again with it.
    private bool Assume()
    {
        var isMore = false;
        foreach (var node in _nodes.Values)
        {
            var more = node.Reads & ~node.Assumed;
            if (!node.Block.IsEntry) more &= ~(node.Facts?.Signed32 ?? 0);
            if (more == 0 || node.WaysRound.Count == 0) continue;
            ulong words = 0;
            foreach (var origin in node.WaysRound) (more, words) = (more & origin.SignedAtEnd, words | origin.WordsAtEnd);
            node.Assumed |= more & words;
            isMore |= (more & words) != 0;
        }
        return isMore;
    }

    // The ways back to the head of a loop, and into an entry all ways inside: it is found anew after each return to the region.
    private void FindWaysRound()
    {
        foreach (var node in _nodes.Values) Visit(node);

        static void Visit(Node node)
        {
            if (node.Visit != Visited.Not) return;
            node.Visit = Visited.Begun;
            foreach (var next in node.Next)
            {
                if (next.Block.IsEntry || next.Visit == Visited.Begun) next.WaysRound.Add(node);
                Visit(next);
            }
            node.Visit = Visited.Ended;
        }
    }

    private enum Visited
    {
        Not,
        Begun,
        Ended,
    }

    private void FollowFacts()
    {
        var open = new Queue<Node>();
        foreach (var node in _nodes.Values)
        {
            if (!node.Block.IsEntry) continue;
            node.Facts = new Facts { ConstantAddresses = _memory.ConstantAddresses };
            node.Facts.Assume(node.Assumed);
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
        if (node.Assumed != 0)
        {
            facts = facts.Copy();
            facts.Assume(node.Assumed);
        }
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

    // The registers that are read, on some way, before they are set. Ways out do not count: they take everything as it is.
    private void FollowReads()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var node in _nodes.Values.Reverse())
            {
                var reads = node.OwnReads;
                foreach (var next in node.Next) reads |= next.Reads & ~node.Written;
                changed |= reads != node.Reads;
                node.Reads = reads;
            }
        }
    }

    private Node MakeNode(RegionPlan<TInstruction>.Block block, bool hasGroups)
    {
        var effects = new ulong[block.Steps.Count];
        var registers = new RegisterSet();
        ulong reads = 0, written = 0;
        for (var i = 0; i < effects.Length; i++)
        {
            registers.Clear();
            _emitter.CollectRegisters(block.Steps[i].Instruction, registers);
            effects[i] = registers.WrittenBits();
            reads |= registers.ReadBits() & ~written;
            written |= effects[i];
        }
        return new Node(block, effects, hasGroups ? AccessGroup.Find(block.Steps, _emitter) : null) { OwnReads = reads, Reads = reads, Written = written };
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

        /// <summary>The registers that it reads before it sets them.</summary>
        public ulong OwnReads { get; init; }

        /// <summary>The registers that it sets.</summary>
        public ulong Written { get; init; }

        /// <summary>The registers that are read, from here on, before they are set.</summary>
        public ulong Reads { get; set; }

        /// <summary>The registers that come in their words.</summary>
        public ulong Words { get; set; }

        /// <summary>The registers that are made sure to hold sign-extended words.</summary>
        public ulong Assumed { get; set; }

        /// <summary>The blocks from which control comes back to this one.</summary>
        public List<Node> WaysRound { get; } = [];

        /// <summary>How far the search for them is.</summary>
        public Visited Visit { get; set; }

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
