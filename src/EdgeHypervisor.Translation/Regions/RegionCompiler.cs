// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>Turns plans into code. Stateless; may run on any thread while the guest goes on.</summary>
/// <typeparam name="TInstruction">The core's decoded instruction.</typeparam>
/// <param name="emitter">The core's half.</param>
/// <param name="layout">Where things are in the core's state.</param>
/// <param name="options">The same as the planner's.</param>
public sealed class RegionCompiler<TInstruction>(IInstructionEmitter<TInstruction> emitter, StateLayout layout, TranslationOptions options)
    where TInstruction : unmanaged
{
    /// <summary>Compiles, down to machine code.</summary>
    public CompiledRegion Compile(RegionPlan<TInstruction> plan, MemoryModel memory)
    {
        var method = new DynamicMethod(
            $"guest 0x{plan.Root:x}", typeof(int), [typeof(nint), typeof(int)], typeof(RegionEmitter).Module, skipVisibility: true)
        {
            InitLocals = false,
        };
        var il = method.GetILGenerator(plan.InstructionCount * 48);
        var registers = Collect(plan);
        var region = new RegionEmitter(il, layout, options, memory, emitter.Registers, registers);
        var labels = plan.Blocks.ToDictionary(block => block.Key, _ => il.DefineLabel());
        var entries = plan.Blocks.Where(block => block.IsEntry).OrderBy(block => block.Key.Address != plan.Root).ToList();

        region.EmitPrologue([.. entries.Select(block => labels[block.Key])]);
        foreach (var block in plan.Blocks) Emit(plan, block, region, labels);
        region.EmitEpilogue(registers);

        var length = il.ILOffset;
        // CreateDelegate compiles at once, on this thread.
        return new CompiledRegion(
            plan.Root, method.CreateDelegate<RegionCode>(), [.. entries.Select(block => block.Key.Address)], plan.Pages(), plan.InstructionCount, length);
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

    private void Emit(
        RegionPlan<TInstruction> plan, RegionPlan<TInstruction>.Block block, RegionEmitter region, Dictionary<BlockKey, Label> labels)
    {
        var context = block.Key.Context;
        Label To(ulong address, int inContext) =>
            labels.TryGetValue(new BlockKey(address, inContext), out var label) ? label : region.LeaveTo(address);

        region.IL.MarkLabel(labels[block.Key]);
        region.EmitBlockHead(block.Key.Address, block.Steps.Count, block.IsLoopHead);
        for (var i = 0; i < block.Steps.Count; i++)
        {
            var step = block.Steps[i];
            region.BeginInstruction(step.Address, step.Flow, block.Steps.Count - i);
            region.NextLabel = () => To(step.Next, context);
            region.TargetLabel = kind => To(step.Flow.Target, kind == FlowKind.Call ? plan.FindContext(context, step.Next) : context);
            region.ExpectedReturn = context == 0
                ? null
                : (To(plan.Contexts[context].ReturnAddress, plan.Contexts[context].Parent), plan.Contexts[context].ReturnAddress);
            emitter.Emit(step.Instruction, region);
        }
        if (block.Last.Flow.Kind == FlowKind.Next) region.IL.Emit(OpCodes.Br, To(block.Last.Next, context));
    }
}
