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
    private EntryPoint[] _entries = []; // the root first
    private int _entryCount;
    private int _interpreted;

    /// <summary>Instructions of a region for each that the interpreter has to do, below which it had better do all of them: the way to it and back takes as long as thirty.</summary>
    private const int LeastForEachInterpreted = 24;

    private static readonly RegisterSet None = new(); // registers stay in the state, whichever they are

    /// <summary>Compiles; null where that is not worth while, or there is no room for the code (<see cref="ExecutableMemory.IsFull"/>).</summary>
    public CompiledRegion? Compile(RegionPlan<TInstruction> plan, MemoryModel memory)
    {
        _interpreted = 0;
        var il = room.CreateGenerator();
        DeclareResidents(plan, il, il.Assembler.ResidentCount - memory.Bases.Length);
        var labels = new Label[plan.Blocks.Length];
        (_entries, _entryCount) = (new EntryPoint[plan.InstructionCount], 1);
        foreach (var block in plan.Blocks)
        {
            var label = labels[block.Index] = il.DefineLabel();
            if (block.IsOwn) _entries[block.Address == plan.Root ? 0 : _entryCount++] = new EntryPoint(block.Address, label);
        }
        var region = new RegionEmitter(il, plan.Root, layout, options, memory, emitter.Registers, None, entries: []);
        (region.LiveStatus, region.LiveStatusAtTarget, region.LiveStatusAtNext) = (uint.MaxValue, uint.MaxValue, uint.MaxValue);
        foreach (var block in plan.Blocks) Emit(block, memory, il, region, labels);
        if (!isEager && _interpreted * LeastForEachInterpreted > plan.InstructionCount) return null;
        region.EmitEpilogue(None);
        if (il.Failure is { } failure) throw new NotSupportedException($"an unlikely way is nothing for the baseline compiler: {failure}");

        var places = new Label[_entryCount];
        for (var i = 0; i < places.Length; i++) places[i] = EntryTo(_entries[i].Label, il);
        var start = room.Memory.Next;
        var code = il.Assembler.Finish();
        if (!room.Memory.TryWrite(code)) return null;
        var addresses = new ulong[places.Length];
        var entered = new nint[places.Length];
        for (var i = 0; i < places.Length; i++) (addresses[i], entered[i]) = (_entries[i].Address, start + il.PositionOf(places[i]));
        return new CompiledRegion(plan.Root, new RegionCode(room.Enter, entered), addresses, plan.Pages(), plan.InstructionCount) { Blocks = BlocksOf(plan) };
    }

    private void DeclareResidents(RegionPlan<TInstruction> plan, BaselineGenerator il, int most)
    {
        var chosen = ResidentRegisters<TInstruction>.Choose(plan, emitter, most);
        for (var i = 0; i < chosen.Count; i++)
        {
            var register = emitter.Registers[chosen[i]];
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

    private static ulong[] BlocksOf(RegionPlan<TInstruction> plan)
    {
        var blocks = new ulong[plan.Blocks.Length];
        for (var i = 0; i < blocks.Length; i++) blocks[i] = plan.Blocks[i].Address;
        return blocks;
    }

    private void Emit(RegionPlan<TInstruction>.Block block, MemoryModel memory, BaselineGenerator il, RegionEmitter region, Label[] labels)
    {
        il.MarkLabel(labels[block.Index]);
        Begin(region, block, 0, block.IsLoopHead || block.IsEntry);
        region.Next = WayTo(block.Behind, labels);
        region.Target = WayTo(block.Target, labels);
        region.Guesses = GuessesOf(block, labels);
        var groups = memory.ChecksTogether ? AccessGroup.Find(block.Steps, emitter) : null;
        for (var i = 0; i < block.Steps.Length; i++)
        {
            var step = block.Steps[i];
            region.BeginInstruction(step.Address, step.Flow, block.Steps.Length - i);
            region.Group = groups?[i];
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
            if (i == block.Steps.Length - 1) return;
            // Behind it the region goes on.
            var label = il.DefineLabel();
            if (block.IsOwn) _entries[_entryCount++] = new EntryPoint(step.Next, label);
            il.MarkLabel(label);
            Begin(region, block, i + 1, isEntry: true);
        }
        if (block.Last.Flow.Kind == FlowKind.Next) region.EndBlock();
    }

    private void Begin(RegionEmitter region, RegionPlan<TInstruction>.Block block, int first, bool isEntry)
    {
        _facts = new Facts();
        region.BeginBlock(new BlockFacts(_facts, Words: 0, Groups: null));
        region.EmitBlockHead(block.Steps[first].Address, block.Steps.Length - first, isEntry);
        emitter.BeginBlock(block.InstructionsFrom(first), region);
    }

    // What is known of memory around the registers that it sets.
    private void Apply(TInstruction instruction)
    {
        if (!_facts.KnowsOfMemory) return;
        _registers.Clear();
        emitter.CollectRegisters(instruction, _registers);
        _facts.Set(emitter, instruction, _registers.WrittenBits(), RegisterForm.Whole, ValueRange.All, isConstantAddress: false);
    }

    private static Way? WayTo(RegionPlan<TInstruction>.Block? to, Label[] labels) =>
        to is null ? null : new Way(to.Address, labels[to.Index], Words: 0, Unsure: 0);

    private static Way[] GuessesOf(RegionPlan<TInstruction>.Block block, Label[] labels)
    {
        var guesses = new Way[block.Guesses.Length];
        for (var i = 0; i < guesses.Length; i++) guesses[i] = WayTo(block.Guesses[i], labels)!;
        return guesses;
    }
}
