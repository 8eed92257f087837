// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Which status bits somebody may still read at the beginning of each block: followed backwards until no block has any
/// more. Where control leaves the region the core says what is read there.
/// </summary>
internal sealed class RegionStatus<TInstruction>
    where TInstruction : class
{
    private readonly Dictionary<BlockKey, Node> _nodes;

    public RegionStatus(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter)
    {
        _nodes = plan.Blocks.ToDictionary(block => block.Key, block => new Node(plan, block, emitter));
        bool changed;
        do
        {
            changed = false;
            foreach (var node in _nodes.Values.Reverse())
            {
                var before = node.UpwardExposed | (LiveBehind(node) & ~node.Sets);
                changed |= before != node.LiveBefore;
                node.LiveBefore = before;
            }
        }
        while (changed);
    }

    /// <summary>The bits that are read at the beginning of a block, or behind it where control goes elsewhere.</summary>
    /// <param name="from">The block that control comes from.</param>
    /// <param name="to">Where it goes.</param>
    public uint LiveAt(BlockKey from, BlockKey to) => _nodes.TryGetValue(to, out var node) ? node.LiveBefore : _nodes[from].LiveOutside;

    /// <summary>The bits that are read behind a block, wherever control goes.</summary>
    public uint LiveBehind(BlockKey key) => LiveBehind(_nodes[key]);

    private uint LiveBehind(Node node)
    {
        // Others may go where nobody has seen them go.
        var live = node.IsSure ? 0 : node.LiveOutside;
        foreach (var next in node.Next) live |= LiveAt(node.Key, next);
        return live;
    }

    private sealed class Node
    {
        public Node(RegionPlan<TInstruction> plan, RegionPlan<TInstruction>.Block block, IInstructionEmitter<TInstruction> emitter)
        {
            Key = block.Key;
            foreach (var step in block.Steps)
            {
                var use = emitter.StatusOf(step.Instruction);
                UpwardExposed |= use.Reads & ~Sets;
                Sets |= use.Writes;
                LiveOutside = use.LiveOutside;
            }
            IsSure = block.Last.Flow.Kind is FlowKind.Next or FlowKind.Branch or FlowKind.Jump or FlowKind.Call;
            Next = [.. plan.Successors(block)];
        }

        public BlockKey Key { get; }

        /// <summary>Read before they are set here.</summary>
        public uint UpwardExposed { get; }

        public uint Sets { get; }

        public uint LiveOutside { get; }

        public bool IsSure { get; }

        public IReadOnlyList<BlockKey> Next { get; }

        public uint LiveBefore { get; set; }
    }
}
