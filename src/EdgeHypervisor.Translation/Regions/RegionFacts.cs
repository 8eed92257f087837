// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

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
    private readonly Node[] _nodes; // of the blocks, by index

    public RegionFacts(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter, MemoryModel memory, bool assumes)
    {
        (_emitter, _memory) = (emitter, memory);
        _nodes = new Node[plan.Blocks.Length];
        foreach (var block in plan.Blocks) _nodes[block.Index] = MakeNode(block, memory.ChecksTogether);
        FindWaysRound();
        FollowReads();
        FollowFacts();
        FollowWords();
        for (var round = 0; assumes && round < MaximumRounds && Assume(); round++)
        {
            foreach (var node in _nodes) (node.Facts, node.Words, node.Losses) = (null, 0, 0);
            FollowFacts();
            FollowWords();
        }
    }

    /// <summary>The registers that have to hold sign-extended words where a block is entered from outside.</summary>
    public ulong AssumedOf(RegionPlan<TInstruction>.Block block) => _nodes[block.Index].Assumed;

    /// <summary>The way from one block to another. A loop may pass on it; but none consists of ways alone that lead on within a function.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it leads.</param>
    /// <param name="label">The code there.</param>
    public Way WayTo(RegionPlan<TInstruction>.Block from, RegionPlan<TInstruction>.Block to, Label label)
    {
        var isBack = to.IsLoopHead && (to.Context != from.Context || to.Address <= from.Last.Address || from.Last.Flow.Kind is FlowKind.Call or FlowKind.IndirectCall);
        return new Way(to.Address, label, WordsOf(to), AssumedOf(to) & ~_nodes[from.Index].SignedAtEnd, isBack);
    }

    /// <summary>The registers that a block takes in their words.</summary>
    public ulong WordsOf(RegionPlan<TInstruction>.Block block) => _nodes[block.Index].Words;

    /// <summary>What the code of a block begins with.</summary>
    public BlockFacts Of(RegionPlan<TInstruction>.Block block)
    {
        var node = _nodes[block.Index];
        return new BlockFacts(node.Facts?.Copy() ?? new Facts(), node.Words, node.Groups);
    }

    /// <summary>After an instruction.</summary>
    public void Apply(Facts facts, RegionPlan<TInstruction>.Block block, int index) =>
        Apply(facts, block.Steps[index], _nodes[block.Index].Effects[index], words: 0);

    private RegisterForm Apply(Facts facts, RegionPlan<TInstruction>.Step step, ulong written, ulong words)
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
        foreach (var node in _nodes) (node.SignedRound, node.WordsRound) = (ulong.MaxValue, 0);
        foreach (var node in _nodes)
        {
            for (var i = 0; i < node.IsRound.Length; i++)
            {
                if (!node.IsRound[i]) continue;
                var next = _nodes[node.Block.Successors[i].Index];
                next.SignedRound &= node.SignedAtEnd;
                next.WordsRound |= node.WordsAtEnd;
            }
        }
        var isMore = false;
        foreach (var node in _nodes)
        {
            var more = node.Reads & ~node.Assumed & node.SignedRound & node.WordsRound;
            if (!node.Block.IsEntry) more &= ~(node.Facts?.Signed32 ?? 0);
            node.Assumed |= more;
            isMore |= more != 0;
        }
        return isMore;
    }

    // The ways back to the head of a loop, and into an entry all ways inside: it is found anew after each return to the region.
    private void FindWaysRound()
    {
        foreach (var node in _nodes) Visit(node);
    }

    private void Visit(Node node)
    {
        if (node.Visit != Visited.Not) return;
        node.Visit = Visited.Begun;
        for (var i = 0; i < node.IsRound.Length; i++)
        {
            var next = _nodes[node.Block.Successors[i].Index];
            node.IsRound[i] = next.Block.IsEntry || next.Visit == Visited.Begun;
            Visit(next);
        }
        node.Visit = Visited.Ended;
    }

    private enum Visited
    {
        Not,
        Begun,
        Ended,
    }

    private void FollowFacts()
    {
        var open = new OpenBlocks(_nodes.Length);
        foreach (var node in _nodes)
        {
            if (!node.Block.IsEntry) continue;
            node.Facts = new Facts { ConstantAddresses = _memory.ConstantAddresses };
            node.Facts.Assume(node.Assumed);
            open.Add(node.Block.Index);
        }
        while (open.TryTake(out var index))
        {
            var node = _nodes[index];
            var facts = node.Facts!.Copy();
            for (var i = 0; i < node.Effects.Length; i++)
            {
                var instruction = node.Block.Steps[i].Instruction;
                if (_emitter.TryGetOperand(instruction, out var operand) && _memory.KnowsOf(operand)) facts.Access(operand, node.Groups?[i], _memory);
                Apply(facts, node.Block.Steps[i], node.Effects[i], words: 0);
            }
            node.SignedAtEnd = facts.Signed32;
            foreach (var next in node.Block.Successors)
            {
                if (!next.IsEntry && Reach(_nodes[next.Index], facts)) open.Add(next.Index);
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
        var open = new OpenBlocks(_nodes.Length);
        for (var i = 0; i < _nodes.Length; i++) open.Add(i);
        while (open.TryTake(out var index))
        {
            var node = _nodes[index];
            var (words, facts) = (node.Words, node.Facts?.Copy() ?? new Facts());
            for (var i = 0; i < node.Effects.Length; i++)
            {
                var written = node.Effects[i];
                var form = Apply(facts, node.Block.Steps[i], written, words);
                words = form == RegisterForm.Word ? words | written : words & ~written;
            }
            node.WordsAtEnd = words;
            foreach (var block in node.Block.Successors)
            {
                var next = _nodes[block.Index];
                if (next.Facts is null) continue;
                var more = words & next.Facts.Signed32 & ~next.Words;
                if (more == 0) continue;
                next.Words |= more;
                open.Add(block.Index);
            }
        }
    }

    // The registers that are read, on some way, before they are set. Ways out do not count: they take everything as it is.
    private void FollowReads()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = _nodes.Length - 1; i >= 0; i--)
            {
                var node = _nodes[i];
                var reads = node.OwnReads;
                foreach (var next in node.Block.Successors) reads |= _nodes[next.Index].Reads & ~node.Written;
                changed |= reads != node.Reads;
                node.Reads = reads;
            }
        }
    }

    private Node MakeNode(RegionPlan<TInstruction>.Block block, bool hasGroups)
    {
        var effects = new ulong[block.Steps.Length];
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

        /// <summary>On which of the ways to its successors control comes back to one.</summary>
        public bool[] IsRound { get; } = new bool[block.Successors.Length];

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

        /// <summary>The registers that hold sign-extended words on every way by which control comes back to it.</summary>
        public ulong SignedRound { get; set; }

        /// <summary>Those that stand in their words on some.</summary>
        public ulong WordsRound { get; set; }

        /// <summary>How far the search for ways back is.</summary>
        public Visited Visit { get; set; }

        /// <summary>The registers that hold sign-extended words behind it.</summary>
        public ulong SignedAtEnd { get; set; }

        /// <summary>The registers that stand in their words behind it.</summary>
        public ulong WordsAtEnd { get; set; }

        public int Losses { get; set; }
    }
}

/// <summary>What the code of a block begins with.</summary>
/// <param name="Facts">What is known.</param>
/// <param name="Words">The registers that stand in their words.</param>
/// <param name="Groups">Which accesses are checked together; null where none are.</param>
internal readonly record struct BlockFacts(Facts Facts, ulong Words, AccessGroup?[]? Groups);
