// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Gives the planner a hart's decoded instructions by virtual address, as the interpreter has run them: what is not
/// decoded has never been executed.
/// </summary>
/// <param name="core">The hart.</param>
/// <param name="decodesAhead">Take what has not been executed, too.</param>
internal sealed unsafe class RiscVSource(RiscVCore core, bool decodesAhead) : IInstructionSource<TranslatedInstruction>
{
    /// <inheritdoc/>
    public bool TryFetch(ulong address, out TranslatedInstruction translated, out Translation.Flow flow)
    {
        translated = null!;
        flow = default;
        var entry = core.FindEntry(address, decodesAhead);
        if (entry == null) return false;
        var instruction = Normal(*(Instruction*)core.Translator!.OriginalOf((nint)entry));
        if (instruction.Op is Op.Undecoded or Op.PageEnd or Op.Straddle or Op.Breakpoint or Op.Illegal) return false;
        flow = FlowOf(instruction, address);
        translated = new TranslatedInstruction(instruction);
        return true;
    }

    /// <inheritdoc/>
    public bool WasExecuted(ulong address)
    {
        var entry = core.FindEntry(address, decodesAhead);
        return entry != null && entry->Op != Op.Undecoded;
    }

    /// <summary>Distances within the page become byte distances again: the one form for the emitter and for detours.</summary>
    public static Instruction Normal(Instruction instruction)
    {
        if ((instruction.Handler & HandlerIndex.Near) == 0 || instruction.Op is >= Op.Lb and <= Op.Sd) return instruction;
        instruction.Handler &= unchecked((ushort)~HandlerIndex.Near);
        if (instruction.Op != Op.Jalr) instruction.Immediate *= 2;
        return instruction;
    }

    /// <summary>A jump through a link register that does not set one: unprivileged specification, section 2.5.1.</summary>
    public static bool IsReturn(in Instruction jump) => !IsLink(jump.Rd) && IsLink(jump.Rs1);

    /// <inheritdoc/>
    public IReadOnlyList<ulong> IndirectTargets(ulong address)
    {
        var entry = core.FindEntry(address);
        return entry == null ? [] : core.Translator!.Targets.Of((nint)entry);
    }

    private Translation.Flow FlowOf(in Instruction i, ulong address)
    {
        var length = (byte)i.LengthBytes;
        var target = core.Address(address + (ulong)i.Immediate);
        return i.Op switch
        {
            Op.Jal or (>= Op.Beq and <= Op.Bgeu) when !core.IsAlignedTarget(target) => new(FlowKind.Interpret, length),
            Op.Jal => new(IsLink(i.Rd) ? FlowKind.Call : FlowKind.Jump, length, target),
            Op.Jalr when IsLink(i.Rd) => new(FlowKind.IndirectCall, length),
            Op.Jalr => new(IsReturn(i) ? FlowKind.Return : FlowKind.IndirectJump, length),
            >= Op.Beq and <= Op.Bgeu => new(FlowKind.Branch, length, target),
            _ => new(RiscVEmitter.IsTranslated(i) ? FlowKind.Next : FlowKind.Interpret, length),
        };
    }

    // ra and t0: the calling convention's link registers. Unprivileged specification, section 2.5.1.
    private static bool IsLink(byte register) => register is 1 or 5;
}
