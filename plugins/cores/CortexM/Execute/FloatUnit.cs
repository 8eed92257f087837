// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>The floating-point unit's context: when it may be used, and how exceptions save it. Arm B1.4.7, B1.5.7.</summary>
internal sealed unsafe class FloatUnit(Cpu* cpu, Profile profile, CortexMCore core)
{
    private const uint LazyActive = 1;
    private const uint AutomaticSave = 1u << 31;
    private const uint Lazy = 1 << 30;
    private const uint ContextActive = 4;
    private const int FrameSingles = 16;

    /// <summary>Whether an instruction may go ahead without a look at the context.</summary>
    public void Refresh() => cpu->FloatReady = IsReady ? 1u : 0;

    private bool IsReady =>
        profile.Fpu != FpuKind.None && IsAccessible && (cpu->State.Fpccr & LazyActive) == 0
        && ((cpu->State.Control & ContextActive) != 0 || (cpu->State.Fpccr & AutomaticSave) == 0);

    // CPACR: coprocessors 10 and 11, for all or for the privileged. Arm B3.2.20.
    private bool IsAccessible => (cpu->State.Cpacr >> 20 & 3) switch
    {
        3 => true,
        1 => core.Memory.Privilege,
        _ => false,
    };

    /// <summary>Before a floating-point instruction that is not ready: saves the context of the last user, makes one. Arm B1.5.7, ExecuteFPCheck.</summary>
    /// <returns>The fault instead, or <see cref="FaultCause.None"/>.</returns>
    public FaultCause Prepare()
    {
        ref var s = ref cpu->State;
        if (!IsAccessible) return FaultCause.NoCoprocessor;
        if ((s.Fpccr & LazyActive) != 0)
        {
            core.Memory.IsStacking = true;
            var isStored = StoreContext(s.Fpcar);
            core.Memory.IsStacking = false;
            if (!isStored)
                return core.Memory.FaultCause == FaultCause.DataViolation ? FaultCause.LazyViolation : FaultCause.LazyError;
            s.Fpccr &= ~LazyActive;
        }
        if ((s.Fpccr & AutomaticSave) != 0 && (s.Control & ContextActive) == 0)
        {
            s.Fpscr = s.Fpdscr;
            s.Control |= ContextActive;
        }
        Refresh();
        return FaultCause.None;
    }

    /// <summary>An exception is entered: the upper part of the frame, now or when it is needed.</summary>
    public void PushContext(uint address)
    {
        ref var s = ref cpu->State;
        if ((s.Fpccr & Lazy) == 0)
        {
            StoreContext(address);
            return;
        }
        s.Fpcar = address;
        s.Fpccr = (s.Fpccr & ~0x17Au) | LazyActive;
        if (core.Memory.Privilege) s.Fpccr &= ~2u;
        else s.Fpccr |= 2;
        if (s.Exception == 0) s.Fpccr |= 8;
    }

    /// <summary>An exception returns to somebody who used the unit.</summary>
    public void PopContext(uint address)
    {
        ref var s = ref cpu->State;
        if ((s.Fpccr & LazyActive) != 0)
        {
            s.Fpccr &= ~LazyActive; // nobody has touched the registers: they are still there
            return;
        }
        for (var i = 0; i < FrameSingles; i++)
        {
            if (core.Memory.TryLoad(address + (uint)i * 4, 4, core.Memory.Privilege, out var value)) s.S[i] = value;
        }
        if (core.Memory.TryLoad(address + FrameSingles * 4, 4, core.Memory.Privilege, out var fpscr)) s.Fpscr = fpscr;
    }

    private bool StoreContext(uint address)
    {
        ref var s = ref cpu->State;
        for (var i = 0; i < FrameSingles; i++)
        {
            if (!core.Memory.TryStoreAligned(address + (uint)i * 4, 4, s.S[i])) return false;
        }
        return core.Memory.TryStoreAligned(address + FrameSingles * 4, 4, s.Fpscr);
    }
}
