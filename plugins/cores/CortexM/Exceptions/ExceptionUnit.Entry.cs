// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <content>Entering and leaving exceptions. Arm B1.5.6 to B1.5.8.</content>
internal sealed unsafe partial class ExceptionUnit
{
    private const uint BasicFrameBytes = 0x20;
    private const uint ExtendedFrameBytes = 0x68;
    private const uint FrameAlignedBit = 1 << 9;
    private const uint StackPointerSelect = 2;
    private const uint FloatContextActive = 4;
    private const uint NoFloatFrame = 1 << 4;

    /// <summary>Takes what is pending and urgent enough, before the next instruction.</summary>
    public void TakePending()
    {
        if (!IsPending || cpu->State.LockedUp) return;
        var isThread = cpu->State.Exception == 0;
        var returnValue = 0xFFFF_FFE1u;
        if (isThread) returnValue |= 8;
        if (isThread && (cpu->State.Control & StackPointerSelect) != 0) returnValue |= 4;
        if ((cpu->State.Control & FloatContextActive) == 0) returnValue |= NoFloatFrame;
        core.Memory.IsStacking = true;
        Push();
        core.Memory.IsStacking = false;
        if (cpu->State.LockedUp) return;
        Enter(returnValue);
    }

    /// <summary>A value that stands for a return was loaded into r15 in handler mode.</summary>
    public void Return(uint value)
    {
        ref var s = ref cpu->State;
        var returning = (int)s.Exception;
        var kind = value & 0xF;
        var activeCount = ActiveCount();
        var isValid = (value & 0x0FFF_FFE0) == 0x0FFF_FFE0 && IsActiveBit(returning) && kind switch
        {
            1 => activeCount > 1,
            9 or 13 => activeCount == 1 || (s.Ccr & ConfigurationControl.NonBaseThreadEnable) != 0,
            _ => false,
        };
        if ((value & NoFloatFrame) == 0 && profile.Fpu == FpuKind.None) isValid = false;
        if (returning != ExceptionNumber.Nmi && returning != 0) s.Faultmask = 0;
        Deactivate(returning);
        s.HasExclusive = false;
        s.Event = true;
        if (!isValid)
        {
            FaultOnReturn(FaultCause.InvalidPc, value);
            return;
        }
        if (IsPending)
        {
            Enter(value); // tail chaining: the frame stays where it is
            return;
        }
        core.Memory.IsStacking = true;
        Pop(value);
        core.Memory.IsStacking = false;
    }

    // The exception is done; an interrupt whose level still stands is pending again.
    private void Deactivate(int number)
    {
        SetBit(cpu->State.Active, number, false);
        if (number >= ExceptionNumber.FirstIrq && Bit(cpu->State.Levels, number)) SetBit(cpu->State.Pending, number, true);
        Recompute();
    }

    // Whatever is most urgent now, which may have come during the stacking: late arrival.
    private void Enter(uint returnValue)
    {
        ref var s = ref cpu->State;
        var number = _next;
        var from = s.Pc;
        SetBit(cpu->State.Pending, number, false);
        SetBit(cpu->State.Active, number, true);
        core.Special.SelectStack(handlerMode: true);
        s.Exception = (uint)number;
        Cpu.R(cpu)[14] = returnValue;
        s.It = 0;
        s.HasExclusive = false;
        s.Event = true;
        s.Control &= ~FloatContextActive;
        core.OnPrivilegeChanged();
        core.OnFloatChanged();
        Recompute();
        var address = s.Vtor + (uint)number * 4;
        if (!core.Memory.TryReadVector(address, out var vector))
        {
            Fault(FaultCause.VectorTable, address);
            return;
        }
        s.Pc = vector & ~1u;
        TellEntry(number, from);
        if ((vector & 1) == 0) Fault(FaultCause.InvalidState, 0);
    }

    private void Push()
    {
        ref var s = ref cpu->State;
        var hasFloat = (s.Control & FloatContextActive) != 0;
        var bytes = hasFloat ? ExtendedFrameBytes : BasicFrameBytes;
        var old = Cpu.R(cpu)[13];
        var aligns = hasFloat || (s.Ccr & ConfigurationControl.StackAlign) != 0 || !profile.IsV7;
        var frame = (old - bytes) & (aligns ? ~4u : ~0u);
        var xpsr = core.Special.Xpsr & ~FrameAlignedBit;
        if (aligns && (old & 4) != 0) xpsr |= FrameAlignedBit;
        Cpu.R(cpu)[13] = frame;
        ReadOnlySpan<uint> words = [Cpu.R(cpu)[0], Cpu.R(cpu)[1], Cpu.R(cpu)[2], Cpu.R(cpu)[3], Cpu.R(cpu)[12], Cpu.R(cpu)[14], (uint)s.Pc, xpsr];
        for (var i = 0; i < words.Length; i++)
        {
            if (core.Memory.TryStoreAligned(frame + (uint)i * 4, 4, words[i])) continue;
            FaultOfStacking();
            return;
        }
        if (hasFloat) core.Float.PushContext(frame + BasicFrameBytes);
    }

    private void Pop(uint value)
    {
        ref var s = ref cpu->State;
        var toHandler = (value & 0xF) == 1;
        var fromProcess = (value & 4) != 0;
        var hasFloat = (value & NoFloatFrame) == 0;
        // Select what will be current, so that reads go with its privilege; undone should they fail.
        var frame = fromProcess ? core.Special.ProcessStackPointer : core.Special.MainStackPointer;
        Span<uint> words = stackalloc uint[8];
        var privileged = toHandler || (s.Control & 1) == 0;
        for (var i = 0; i < words.Length; i++)
        {
            if (core.Memory.TryLoad(frame + (uint)i * 4, 4, privileged, out words[i])) continue;
            FaultOnReturn(core.Memory.FaultCause == FaultCause.DataViolation ? FaultCause.UnstackingViolation : FaultCause.UnstackingError, value);
            return;
        }
        var (from, xpsr) = (s.Pc, words[7]);
        if ((xpsr & 0x1FF) != 0 != toHandler)
        {
            FaultOnReturn(FaultCause.InvalidPc, value);
            return;
        }
        (Cpu.R(cpu)[0], Cpu.R(cpu)[1], Cpu.R(cpu)[2], Cpu.R(cpu)[3], Cpu.R(cpu)[12], Cpu.R(cpu)[14]) = (words[0], words[1], words[2], words[3], words[4], words[5]);
        s.Pc = words[6] & ~1u;
        if (hasFloat) core.Float.PopContext(frame + BasicFrameBytes);
        s.Control = hasFloat ? s.Control | FloatContextActive : s.Control & ~FloatContextActive;
        var after = frame + (hasFloat ? ExtendedFrameBytes : BasicFrameBytes);
        var aligned = hasFloat || (s.Ccr & ConfigurationControl.StackAlign) != 0 || !profile.IsV7;
        if (aligned && (xpsr & FrameAlignedBit) != 0) after |= 4;
        if (fromProcess) core.Special.ProcessStackPointer = after;
        else core.Special.MainStackPointer = after;
        s.Exception = toHandler ? xpsr & 0x1FF : 0;
        if (!toHandler) s.Control = fromProcess ? s.Control | StackPointerSelect : s.Control & ~StackPointerSelect;
        core.Special.SelectStack(toHandler);
        core.Special.SetFlags(xpsr);
        s.It = (xpsr >> 25 & 3) | (xpsr >> 8 & 0xFC);
        core.OnPrivilegeChanged();
        core.OnFloatChanged();
        Recompute();
        TellReturn(from);
        if ((xpsr & 1 << 24) == 0)
        {
            Fault(FaultCause.InvalidState, 0);
            return;
        }
        if (!toHandler && (s.Scr & SystemControlBits.SleepOnExit) != 0) s.Waiting = Waiting.ForInterrupt;
    }

    // The return itself is wrong: the fault is taken in its place, on the same frame.
    private void FaultOnReturn(FaultCause cause, uint value)
    {
        Fault(cause, 0);
        if (!cpu->State.LockedUp && IsPending) Enter(value | NoFloatFrame);
    }

    // A fault of the stacking is taken first, if it is urgent enough.
    private void FaultOfStacking()
    {
        var isViolation = core.Memory.FaultCause == FaultCause.DataViolation;
        Fault(isViolation ? FaultCause.StackingViolation : FaultCause.StackingError, 0);
    }

    private int ActiveCount()
    {
        var count = 0;
        for (var word = 0; word < Words; word++) count += System.Numerics.BitOperations.PopCount(cpu->State.Active[word]);
        return count;
    }
}
