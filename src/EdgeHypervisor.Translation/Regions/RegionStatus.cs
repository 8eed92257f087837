// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Which status bits somebody may still read at the beginning of each block: followed backwards until no block has any
/// more. Where control leaves the region the core says what is read there.
/// </summary>
internal sealed class RegionStatus<TInstruction>
    where TInstruction : class
{
    private readonly uint[] _exposed; // read before they are set in the block
    private readonly uint[] _sets;
    private readonly uint[] _liveOutside;
    private readonly uint[] _liveBefore;

    public RegionStatus(RegionPlan<TInstruction> plan, IInstructionEmitter<TInstruction> emitter)
    {
        var count = plan.Blocks.Length;
        (_exposed, _sets, _liveOutside, _liveBefore) = (new uint[count], new uint[count], new uint[count], new uint[count]);
        for (var i = 0; i < count; i++)
        {
            foreach (var step in plan.Blocks[i].Steps)
            {
                var use = emitter.StatusOf(step.Instruction);
                _exposed[i] |= use.Reads & ~_sets[i];
                _sets[i] |= use.Writes;
                _liveOutside[i] = use.LiveOutside;
            }
        }
        for (var changed = true; changed;)
        {
            changed = false;
            for (var i = count - 1; i >= 0; i--)
            {
                var before = _exposed[i] | (LiveBehind(plan.Blocks[i]) & ~_sets[i]);
                changed |= before != _liveBefore[i];
                _liveBefore[i] = before;
            }
        }
    }

    /// <summary>The bits that are read at the beginning of a block, or behind it where control goes elsewhere.</summary>
    /// <param name="from">The block that control comes from.</param>
    /// <param name="to">Where it goes; null for outside.</param>
    public uint LiveAt(RegionPlan<TInstruction>.Block from, RegionPlan<TInstruction>.Block? to) => to is null ? _liveOutside[from.Index] : _liveBefore[to.Index];

    /// <summary>The bits that are read behind a block, wherever control goes.</summary>
    public uint LiveBehind(RegionPlan<TInstruction>.Block block)
    {
        var live = StaysInside(block) ? 0 : _liveOutside[block.Index];
        foreach (var next in block.Successors) live |= _liveBefore[next.Index];
        return live;
    }

    // Others may go where nobody has seen them go.
    private static bool StaysInside(RegionPlan<TInstruction>.Block block) => block.Last.Flow.Kind switch
    {
        FlowKind.Next => block.Behind is not null,
        FlowKind.Branch => block.Behind is not null && block.Target is not null,
        FlowKind.Jump or FlowKind.Call => block.Target is not null,
        _ => false,
    };
}
