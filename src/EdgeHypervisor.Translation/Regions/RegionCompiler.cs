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
        var labels = plan.Blocks.ToDictionary(block => block.Key, block => new EntryPoint(block.Key.Address, il.DefineLabel()));
        var facts = new RegionFacts<TInstruction>(plan, emitter, memory, assumes);
        var entryBlocks = EntriesOf(plan);
        var entries = entryBlocks.ConvertAll(block => facts.AssumedOf(block) == 0 ? labels[block] : new EntryPoint(block.Address, il.DefineLabel()));
        var region = new RegionEmitter(il, plan.Root, layout, options, memory, emitter.Registers, registers, entries);

        region.EmitPrologue();
        for (var i = 0; i < entries.Count; i++)
        {
            var block = entryBlocks[i];
            if (facts.AssumedOf(block) is not 0 and var assumed) region.EmitEntry(entries[i].Label, new Way(block.Address, labels[block].Label, facts.WordsOf(block), assumed));
        }
        var status = options.ExactCount ? null : new RegionStatus<TInstruction>(plan, emitter);
        // Who counts exactly counts what is skipped, too.
        var skips = options.ExactCount ? new Dictionary<BlockKey, Skip<TInstruction>>() : SkippedBlocks.Find(plan, emitter);
        var skipped = skips.Values.Select(one => one.Block.Key).ToHashSet();
        foreach (var block in plan.Blocks)
        {
            if (skipped.Contains(block.Key)) continue;
            SetStatus(plan, block, region, status);
            Emit(plan, block, region, labels, facts, skips.TryGetValue(block.Key, out var skip) ? skip : null);
        }
        region.EmitEpilogue(registers);

        var code = method.CreateDelegate<RegionCode.Optimised>(region.Table); // which keeps the table
        RuntimeHelpers.PrepareDelegate(code); // else .NET compiles when the guest runs it for the first time, and the guest stands still for so long
        return new CompiledRegion(
            plan.Root, new RegionCode(code), AddressesOf(entries), plan.Pages(), plan.InstructionCount);
    }

    // The root first, which is entry 0.
    private static List<BlockKey> EntriesOf(RegionPlan<TInstruction> plan)
    {
        var entries = new List<BlockKey>();
        foreach (var block in plan.Blocks)
        {
            if (block.IsEntry) entries.Insert(block.Key.Address == plan.Root ? 0 : entries.Count, block.Key);
        }
        return entries;
    }

    private static ulong[] AddressesOf(List<EntryPoint> entries)
    {
        var addresses = new ulong[entries.Count];
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
    private static void SetStatus(RegionPlan<TInstruction> plan, RegionPlan<TInstruction>.Block block, RegionEmitter region, RegionStatus<TInstruction>? status)
    {
        (region.LiveStatus, region.LiveStatusAtTarget, region.LiveStatusAtNext) = (uint.MaxValue, uint.MaxValue, uint.MaxValue);
        if (status is null) return;
        region.LiveStatus = status.LiveBehind(block.Key);
        if (block.Last.Flow.Kind != FlowKind.Branch) return;
        region.LiveStatusAtTarget = status.LiveAt(block.Key, block.Key with { Address = block.Last.Flow.Target });
        region.LiveStatusAtNext = status.LiveAt(block.Key, block.Key with { Address = block.Last.Next });
    }

    private void Emit(
        RegionPlan<TInstruction> plan,
        RegionPlan<TInstruction>.Block block,
        RegionEmitter region,
        Dictionary<BlockKey, EntryPoint> labels,
        RegionFacts<TInstruction> facts,
        Skip<TInstruction>? skip)
    {
        var context = block.Key.Context;
        Way To(ulong address, int inContext) => WayTo(block, new BlockKey(address, inContext), labels, facts) ?? region.LeaveTo(address);

        var known = facts.Of(block.Key);
        region.IL.MarkLabel(labels[block.Key].Label);
        region.BeginBlock(known);
        region.EmitBlockHead(block.Key.Address, block.Steps.Count, block.IsLoopHead);
        emitter.BeginBlock([.. block.Steps.Select(step => step.Instruction)], region);
        for (var i = 0; i < block.Steps.Count; i++)
        {
            var step = block.Steps[i];
            region.BeginInstruction(step.Address, step.Flow, block.Steps.Count - i);
            region.Group = known.Groups?[i];
            region.Next = () => To(step.Next, context);
            region.Target = kind => To(step.Flow.Target, kind == FlowKind.Call ? plan.CalleeContext(context, step, step.Flow.Target) : context);
            region.Guesses = i == block.Steps.Count - 1 ? Guesses(plan, block, labels, facts) : [];
            region.Skipped = skip is { } way && i == block.Steps.Count - 1 ? ToWrite(way) : null;
            emitter.Emit(step.Instruction, region);
            facts.Apply(known.Facts, block.Key, i);
        }
        if (block.Last.Flow.Kind == FlowKind.Next) region.EndBlock(To(block.Last.Next, context));

        // Both ways come together in one: it makes sure of what either would.
        SkippedBlock ToWrite(Skip<TInstruction> way)
        {
            var (over, behind) = (WayTo(block, way.Target, labels, facts)!, WayTo(way.Block, way.Target, labels, facts)!);
            return new SkippedBlock(way.Register, () => EmitSkipped(way.Block, known.Facts, region, facts), over with { Unsure = over.Unsure | behind.Unsure });
        }
    }

    private void EmitSkipped(RegionPlan<TInstruction>.Block block, Facts known, RegionEmitter region, RegionFacts<TInstruction> facts)
    {
        region.BlockNotes = null;
        emitter.BeginBlock([.. block.Steps.Select(step => step.Instruction)], region);
        for (var i = 0; i < block.Steps.Count; i++)
        {
            var step = block.Steps[i];
            region.BeginInstruction(step.Address, step.Flow, block.Steps.Count - i);
            region.Group = null;
            emitter.Emit(step.Instruction, region);
            facts.Apply(known, block.Key, i);
        }
    }

    private static Way? WayTo(RegionPlan<TInstruction>.Block from, BlockKey to, Dictionary<BlockKey, EntryPoint> labels, RegionFacts<TInstruction> facts) =>
        labels.TryGetValue(to, out var place) ? new Way(to.Address, place.Label, facts.WordsOf(to), facts.UnsureOf(from.Key, to), facts.IsBack(from, to)) : null;

    private static IReadOnlyList<Way> Guesses(
        RegionPlan<TInstruction> plan, RegionPlan<TInstruction>.Block block, Dictionary<BlockKey, EntryPoint> labels, RegionFacts<TInstruction> facts)
    {
        var guesses = new List<Way>();
        foreach (var target in plan.Guesses(block))
        {
            if (WayTo(block, target, labels, facts) is { } way) guesses.Add(way);
        }
        return guesses;
    }
}
