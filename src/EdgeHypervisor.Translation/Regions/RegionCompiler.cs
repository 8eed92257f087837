// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Translation;

/// <summary>Turns plans into code. Stateless; may run on any thread while the guest goes on.</summary>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
/// <param name="emitter">The core's half.</param>
/// <param name="layout">Where things are in the core's state.</param>
/// <param name="options">The same as the planner's.</param>
public sealed class RegionCompiler<TInstruction>(IInstructionEmitter<TInstruction> emitter, StateLayout layout, TranslationOptions options)
    where TInstruction : class
{
    /// <summary>Compiles, down to machine code.</summary>
    /// <param name="plan">What.</param>
    /// <param name="memory">The way to memory.</param>
    /// <param name="assumes">Whether it may take for granted what then has to be made sure of; not where that has surprised before.</param>
    public CompiledRegion Compile(RegionPlan<TInstruction> plan, MemoryModel memory, bool assumes = true)
    {
        var method = new DynamicMethod(
            $"guest 0x{plan.Root:x}", typeof(int), [typeof(object), typeof(nint), typeof(int)], typeof(RegionEmitter).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        var il = method.GetILGenerator(plan.InstructionCount * 48);
        var registers = Collect(plan);
        var labels = new Label[plan.Blocks.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = il.DefineLabel();
        var facts = new RegionFacts<TInstruction>(plan, emitter, memory, assumes);
        var entryBlocks = EntriesOf(plan);
        var entries = new EntryPoint[entryBlocks.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var block = entryBlocks[i];
            entries[i] = new EntryPoint(block.Address, facts.AssumedOf(block) == 0 ? labels[block.Index] : il.DefineLabel());
        }
        var region = new RegionEmitter(il, plan.Root, layout, options, memory, emitter.Registers, registers, entries);

        region.EmitPrologue();
        for (var i = 0; i < entries.Length; i++)
        {
            var block = entryBlocks[i];
            if (facts.AssumedOf(block) is not 0 and var assumed) region.EmitEntry(entries[i].Label, new Way(block.Address, labels[block.Index], facts.WordsOf(block), assumed));
        }
        var status = options.ExactCount ? null : new RegionStatus<TInstruction>(plan, emitter);
        // Who counts exactly counts what is skipped, too.
        var skips = options.ExactCount ? new Skip<TInstruction>?[plan.Blocks.Length] : SkippedBlocks.Find(plan, emitter);
        var isSkipped = new bool[plan.Blocks.Length];
        foreach (var skip in skips)
        {
            if (skip is not null) isSkipped[skip.Block.Index] = true;
        }
        foreach (var block in plan.Blocks)
        {
            if (isSkipped[block.Index]) continue;
            SetStatus(block, region, status);
            Emit(block, region, labels, facts, skips[block.Index]);
        }
        region.EmitEpilogue(registers);

        var code = method.CreateDelegate<RegionCode.Optimised>(region.Table); // which keeps the table
        RuntimeHelpers.PrepareDelegate(code); // else .NET compiles when the guest runs it for the first time, and the guest stands still for so long
        return new CompiledRegion(
            plan.Root, new RegionCode(code), AddressesOf(entries), plan.Pages(), plan.InstructionCount);
    }

    // The root first, which is entry 0.
    private static RegionPlan<TInstruction>.Block[] EntriesOf(RegionPlan<TInstruction> plan)
    {
        var entries = new RegionPlan<TInstruction>.Block[plan.Blocks.Length];
        var count = 1;
        foreach (var block in plan.Blocks)
        {
            if (block.IsEntry) entries[block.Address == plan.Root ? 0 : count++] = block;
        }
        return entries[..count];
    }

    private static ulong[] AddressesOf(EntryPoint[] entries)
    {
        var addresses = new ulong[entries.Length];
        for (var i = 0; i < addresses.Length; i++) addresses[i] = entries[i].Address;
        return addresses;
    }

    private RegisterSet Collect(RegionPlan<TInstruction> plan)
    {
        var registers = new RegisterSet();
        foreach (var block in plan.Blocks)
        {
            foreach (var step in block.Steps) emitter.CollectRegisters(step.Instruction, registers);
        }
        return registers;
    }

    // Who counts exactly is to be exact wherever control leaves, between any two blocks.
    private static void SetStatus(RegionPlan<TInstruction>.Block block, RegionEmitter region, RegionStatus<TInstruction>? status)
    {
        (region.LiveStatus, region.LiveStatusAtTarget, region.LiveStatusAtNext) = (uint.MaxValue, uint.MaxValue, uint.MaxValue);
        if (status is null) return;
        region.LiveStatus = status.LiveBehind(block);
        if (block.Last.Flow.Kind != FlowKind.Branch) return;
        region.LiveStatusAtTarget = status.LiveAt(block, block.Target);
        region.LiveStatusAtNext = status.LiveAt(block, block.Behind);
    }

    private void Emit(RegionPlan<TInstruction>.Block block, RegionEmitter region, Label[] labels, RegionFacts<TInstruction> facts, Skip<TInstruction>? skip)
    {
        var known = facts.Of(block);
        region.IL.MarkLabel(labels[block.Index]);
        region.BeginBlock(known);
        region.EmitBlockHead(block.Address, block.Steps.Length, block.IsLoopHead);
        region.Next = WayTo(block, block.Behind, labels, facts);
        region.Target = WayTo(block, block.Target, labels, facts);
        region.Guesses = GuessesOf(block, labels, facts);
        region.Skipped = skip is null ? null : SkippedBy(block, skip, known.Facts, region, labels, facts);
        emitter.BeginBlock(block.InstructionsFrom(0), region);
        for (var i = 0; i < block.Steps.Length; i++) Emit(block, i, known.Groups?[i], known.Facts, region, facts);
        if (block.Last.Flow.Kind == FlowKind.Next) region.EndBlock();
    }

    private void Emit(RegionPlan<TInstruction>.Block block, int index, AccessGroup? group, Facts known, RegionEmitter region, RegionFacts<TInstruction> facts)
    {
        var step = block.Steps[index];
        region.BeginInstruction(step.Address, step.Flow, block.Steps.Length - index);
        region.Group = group;
        emitter.Emit(step.Instruction, region);
        facts.Apply(known, block, index);
    }

    // Both ways come together in one: it makes sure of what either would.
    private SkippedBlock SkippedBy(
        RegionPlan<TInstruction>.Block block, Skip<TInstruction> skip, Facts known, RegionEmitter region, Label[] labels, RegionFacts<TInstruction> facts)
    {
        var (over, behind) = (WayTo(block, skip.Target, labels, facts)!, WayTo(skip.Block, skip.Target, labels, facts)!);
        return new SkippedBlock(skip.Register, () => EmitSkipped(skip.Block, known, region, facts), over with { Unsure = over.Unsure | behind.Unsure });
    }

    private void EmitSkipped(RegionPlan<TInstruction>.Block block, Facts known, RegionEmitter region, RegionFacts<TInstruction> facts)
    {
        region.BlockNotes = null;
        emitter.BeginBlock(block.InstructionsFrom(0), region);
        for (var i = 0; i < block.Steps.Length; i++) Emit(block, i, group: null, known, region, facts);
    }

    private static Way? WayTo(RegionPlan<TInstruction>.Block from, RegionPlan<TInstruction>.Block? to, Label[] labels, RegionFacts<TInstruction> facts) =>
        to is null ? null : facts.WayTo(from, to, labels[to.Index]);

    private static Way[] GuessesOf(RegionPlan<TInstruction>.Block block, Label[] labels, RegionFacts<TInstruction> facts)
    {
        var guesses = new Way[block.Guesses.Length];
        for (var i = 0; i < guesses.Length; i++) guesses[i] = facts.WayTo(block, block.Guesses[i], labels[block.Guesses[i].Index]);
        return guesses;
    }
}
