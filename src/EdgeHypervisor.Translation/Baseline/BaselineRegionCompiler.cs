// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>Turns plans into machine code at once: what a region is until it has shown that RyuJIT's work on it pays.</summary>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
/// <param name="emitter">The core's half.</param>
/// <param name="layout">Where things are in the core's state.</param>
/// <param name="options">The same as the planner's.</param>
/// <param name="room">Where the code goes.</param>
/// <param name="isEager">Whether regions are made that are not worth while, too.</param>
internal sealed class BaselineRegionCompiler<TInstruction>(IInstructionEmitter<TInstruction> emitter, StateLayout layout, TranslationOptions options, BaselineRoom room, bool isEager)
    where TInstruction : class
{
    private readonly RegisterSet _registers = new();
    private Facts _facts = new(); // of the block, as far as it is written
    private int _interpreted;

    /// <summary>Instructions of a region for each that the interpreter has to do, below which it had better do all of them: the way to it and back takes as long as thirty.</summary>
    private const int LeastForEachInterpreted = 24;

    private static readonly RegisterSet None = new(); // registers stay in the state, whichever they are

    /// <summary>Compiles; null where that is not worth while, or there is no room for the code (<see cref="ExecutableMemory.IsFull"/>).</summary>
    public CompiledRegion? Compile(RegionPlan<TInstruction> plan, MemoryModel memory)
    {
        _interpreted = 0;
        var il = room.CreateGenerator();
        DeclareResidents(plan, il, il.Assembler.ResidentCount - memory.Bases.Count);
        var labels = new Dictionary<BlockKey, EntryPoint>();
        var entries = new List<EntryPoint>();
        foreach (var block in plan.Blocks)
        {
            var label = new EntryPoint(block.Key.Address, il.DefineLabel());
            labels.Add(block.Key, label);
            if (block.Key.Context == 0) entries.Insert(block.Key.Address == plan.Root ? 0 : entries.Count, label);
        }
        var region = new RegionEmitter(il, plan.Root, layout, options, memory, emitter.Registers, None, entries);
        (region.LiveStatus, region.LiveStatusAtTarget, region.LiveStatusAtNext) = (uint.MaxValue, uint.MaxValue, uint.MaxValue);
        foreach (var block in plan.Blocks) Emit(plan, block, memory, il, region, labels, entries);
        if (!isEager && _interpreted * LeastForEachInterpreted > plan.InstructionCount) return null;
        region.EmitEpilogue(None);
        if (il.Failure is { } failure) throw new NotSupportedException($"an unlikely way is nothing for the baseline compiler: {failure}");

        var places = new Label[entries.Count];
        for (var i = 0; i < places.Length; i++) places[i] = EntryTo(entries[i].Label, il);
        var start = room.Memory.Next;
        var code = il.Assembler.Finish();
        if (!room.Memory.TryWrite(code)) return null;
        var addresses = new ulong[entries.Count];
        var entered = new nint[entries.Count];
        for (var i = 0; i < entered.Length; i++) (addresses[i], entered[i]) = (entries[i].Address, start + il.PositionOf(places[i]));
        return new CompiledRegion(plan.Root, new RegionCode(room.Enter, entered), addresses, plan.Pages(), plan.InstructionCount) { Blocks = BlocksOf(plan) };
    }

    private void DeclareResidents(RegionPlan<TInstruction> plan, BaselineGenerator il, int most)
    {
        foreach (var number in ResidentRegisters.Choose(plan, emitter, most))
        {
            var register = emitter.Registers[number];
            il.DeclareResident(RegionEmitter.TypeOf(register.Kind), register.Offset, RegionEmitter.BytesOf(register.Kind));
        }
    }

    // Where control comes from outside.
    private static Label EntryTo(Label label, BaselineGenerator il)
    {
        if (!il.HasResidents) return label;
        var entry = il.DefineLabel();
        il.MarkLabel(entry);
        il.LoadResidents(label);
        return entry;
    }

    private static List<ulong> BlocksOf(RegionPlan<TInstruction> plan)
    {
        var blocks = new List<ulong>();
        foreach (var block in plan.Blocks) blocks.Add(block.Key.Address);
        return blocks;
    }

    private void Emit(
        RegionPlan<TInstruction> plan,
        RegionPlan<TInstruction>.Block block,
        MemoryModel memory,
        BaselineGenerator il,
        RegionEmitter region,
        Dictionary<BlockKey, EntryPoint> labels,
        List<EntryPoint> entries)
    {
        var context = block.Key.Context;
        Way To(ulong address, int inContext) => WayTo(new BlockKey(address, inContext), labels) ?? region.LeaveTo(address);

        il.MarkLabel(labels[block.Key].Label);
        Begin(region, block.Key.Address, block.Steps, 0, block.IsLoopHead || block.IsEntry);
        var groups = memory.ChecksTogether ? AccessGroup.Find(block.Steps, emitter) : null;
        for (var i = 0; i < block.Steps.Count; i++)
        {
            var step = block.Steps[i];
            region.BeginInstruction(step.Address, step.Flow, block.Steps.Count - i);
            region.Group = groups?[i];
            region.Next = () => To(step.Next, context);
            region.Target = kind => To(step.Flow.Target, kind == FlowKind.Call ? plan.CalleeContext(context, step, step.Flow.Target) : context);
            region.Guesses = i == block.Steps.Count - 1 ? Guesses(plan, block, labels) : [];
            var (before, coldEnds) = (il.Here, region.ColdEnds);
            emitter.Emit(step.Instruction, region);
            if (!il.HasFailed)
            {
                Apply(step.Instruction);
                continue;
            }
            region.LeaveToInterpreter(before, coldEnds);
            groups = null; // whose first access may be before it
            _interpreted++;
            if (i == block.Steps.Count - 1) return;
            // Behind it the region goes on.
            var label = new EntryPoint(step.Next, il.DefineLabel());
            if (context == 0) entries.Add(label);
            il.MarkLabel(label.Label);
            Begin(region, step.Next, block.Steps, i + 1, isEntry: true);
        }
        if (block.Last.Flow.Kind == FlowKind.Next) region.EndBlock(To(block.Last.Next, context));
    }

    private void Begin(RegionEmitter region, ulong address, List<RegionPlan<TInstruction>.Step> steps, int first, bool isEntry)
    {
        _facts = new Facts();
        region.BeginBlock(new BlockFacts(_facts, Words: 0, Groups: null));
        region.EmitBlockHead(address, steps.Count - first, isEntry);
        var instructions = new List<TInstruction>();
        for (var i = first; i < steps.Count; i++) instructions.Add(steps[i].Instruction);
        emitter.BeginBlock(instructions, region);
    }

    // What is known of memory around the registers that it sets.
    private void Apply(TInstruction instruction)
    {
        if (!_facts.KnowsOfMemory) return;
        _registers.Clear();
        emitter.CollectRegisters(instruction, _registers);
        _facts.Set(emitter, instruction, _registers.WrittenBits(), RegisterForm.Whole, ValueRange.All, isConstantAddress: false);
    }

    private static Way? WayTo(BlockKey to, Dictionary<BlockKey, EntryPoint> labels) =>
        labels.TryGetValue(to, out var place) ? new Way(to.Address, place.Label, Words: 0, Unsure: 0) : null;

    private static IReadOnlyList<Way> Guesses(RegionPlan<TInstruction> plan, RegionPlan<TInstruction>.Block block, Dictionary<BlockKey, EntryPoint> labels)
    {
        var guesses = new List<Way>();
        foreach (var target in plan.Guesses(block))
        {
            if (WayTo(target, labels) is { } way) guesses.Add(way);
        }
        return guesses;
    }
}
