// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>xPSR, the stack pointers, CONTROL and the masks: MRS, MSR and CPS. Arm B1.4, B5.2.</summary>
internal sealed unsafe class SpecialRegisters(Cpu* cpu, Profile profile, CortexMCore core)
{
    private const uint ThumbBit = 1 << 24;

    /// <summary>Whether r13 is the process stack pointer now.</summary>
    private bool UsesProcessStack => cpu->State.Exception == 0 && (cpu->State.Control & 2) != 0;

    /// <summary>PSP, wherever it is.</summary>
    public uint ProcessStackPointer
    {
        get => UsesProcessStack ? cpu->State.R[13] : cpu->State.OtherStackPointer;
        set => SetStackPointer(UsesProcessStack, value);
    }

    /// <summary>MSP, wherever it is.</summary>
    public uint MainStackPointer
    {
        get => UsesProcessStack ? cpu->State.OtherStackPointer : cpu->State.R[13];
        set => SetStackPointer(!UsesProcessStack, value);
    }

    /// <summary>APSR: N, Z, C, V, Q, GE.</summary>
    public uint Flags
    {
        get
        {
            ref var s = ref cpu->State;
            return (s.Negative & 1u << 31) | (s.NotZero == 0 ? 1u << 30 : 0) | s.Carry << 29 | (s.Overflow >> 3 & 1u << 28) | s.Saturated << 27 | s.GreaterEqual << 16;
        }
    }

    /// <summary>All of xPSR.</summary>
    public uint Xpsr
    {
        get
        {
            var it = cpu->State.It;
            return Flags | ThumbBit | cpu->State.Exception | (it & 3) << 25 | (it & 0xFC) << 8;
        }
    }

    /// <summary>Takes the flags of an xPSR.</summary>
    public void SetFlags(uint value, bool withGreaterEqual = true)
    {
        ref var s = ref cpu->State;
        s.Negative = value;
        s.NotZero = ~value & 1u << 30;
        s.Carry = value >> 29 & 1;
        s.Overflow = value << 3;
        if (!profile.IsV7) return;
        s.Saturated = value >> 27 & 1;
        if (profile.HasDsp && withGreaterEqual) s.GreaterEqual = value >> 16 & 0xF;
    }

    /// <summary>Puts the other stack pointer into r13 if the mode that comes uses it.</summary>
    /// <remarks>Call it while <see cref="CpuState.Exception"/> and CONTROL.SPSEL are still those of <see cref="_usedProcessStack"/>.</remarks>
    public void SelectStack(bool handlerMode)
    {
        var wants = !handlerMode && (cpu->State.Control & 2) != 0;
        if (wants != _usedProcessStack) (cpu->State.R[13], cpu->State.OtherStackPointer) = (cpu->State.OtherStackPointer, cpu->State.R[13]);
        _usedProcessStack = wants;
        if (handlerMode) cpu->State.Control &= ~2u;
    }

    /// <summary>MRS. Unprivileged programs read zero except the flags and CONTROL.</summary>
    public uint Read(uint register)
    {
        ref var s = ref cpu->State;
        var isPrivileged = core.Memory.Privilege;
        switch (register)
        {
            case <= 7:
                var value = (register & 4) == 0 ? Flags : 0;
                if ((register & 1) != 0 && isPrivileged) value |= s.Exception;
                return value;
            case 20: return s.Control;
        }
        if (!isPrivileged) return 0;
        return register switch
        {
            8 => MainStackPointer,
            9 => ProcessStackPointer,
            16 => s.Primask,
            17 or 18 => s.Basepri,
            19 => s.Faultmask,
            _ => 0,
        };
    }

    /// <summary>MSR. The mask says which flags are written.</summary>
    public void Write(uint register, uint mask, uint value)
    {
        ref var s = ref cpu->State;
        if (register <= 3)
        {
            if ((mask & 2) != 0) WriteFlags(value);
            if ((mask & 1) != 0 && profile.HasDsp) s.GreaterEqual = value >> 16 & 0xF;
            return;
        }
        if (!core.Memory.Privilege) return;
        switch (register)
        {
            case 8: MainStackPointer = value; break;
            case 9: ProcessStackPointer = value; break;
            case 16: s.Primask = value & 1; break;
            case 17 when profile.IsV7: s.Basepri = value & profile.PriorityMask; break;
            case 18 when profile.IsV7: RaiseBasepri(value & profile.PriorityMask); break;
            case 19 when profile.IsV7: SetFaultmask(value & 1); break;
            case 20: WriteControl(value); break;
        }
        core.Exceptions.Recompute();
    }

    /// <summary>CPSID and CPSIE.</summary>
    public void Change(uint operation)
    {
        if (!core.Memory.Privilege) return;
        var value = operation >> 2 & 1;
        if ((operation & 2) != 0) cpu->State.Primask = value;
        if ((operation & 1) != 0 && profile.IsV7) SetFaultmask(value);
        core.Exceptions.Recompute();
    }

    /// <summary>Back to what a reset leaves, or what a restored state says.</summary>
    public void Follow() => _usedProcessStack = UsesProcessStack;

    private bool _usedProcessStack;

    private void WriteFlags(uint value) => SetFlags(value, withGreaterEqual: false);

    private void SetStackPointer(bool isCurrent, uint value)
    {
        if (isCurrent) cpu->State.R[13] = value & ~3u;
        else cpu->State.OtherStackPointer = value & ~3u;
    }

    private void RaiseBasepri(uint value)
    {
        if (value != 0 && (cpu->State.Basepri == 0 || value < cpu->State.Basepri)) cpu->State.Basepri = value;
    }

    // Not from NMI and HardFault. Arm B5.2.1.
    private void SetFaultmask(uint value)
    {
        if (value != 0 && cpu->State.Exception is ExceptionNumber.Nmi or ExceptionNumber.HardFault) return;
        cpu->State.Faultmask = value;
        core.OnPrivilegeChanged();
    }

    private void WriteControl(uint value)
    {
        ref var s = ref cpu->State;
        var writable = (profile.HasUnprivileged ? 1u : 0) | (s.Exception == 0 ? 2u : 0) | (profile.Fpu != FpuKind.None ? 4u : 0);
        s.Control = (s.Control & ~writable) | (value & writable);
        if (s.Exception == 0) SelectStack(handlerMode: false);
        core.OnPrivilegeChanged();
        core.OnFloatChanged();
    }
}
