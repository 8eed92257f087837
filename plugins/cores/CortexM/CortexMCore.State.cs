// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <content>Saving and restoring: named fields in the manual's words.</content>
internal sealed unsafe partial class CortexMCore
{
    private const int RegisterCount = 15;
    private const int SingleCount = 32;
    private const int ExceptionWords = 4;
    private const int PriorityCount = 256;
    private const int MpuSlots = 16;

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        ref var s = ref _cpu->State;
        state.Write("cpu", _profile.Model.ToString());
        state.Write("fpu", _profile.Fpu.ToString());
        state.Write("irqs", (ulong)_profile.Irqs);
        state.Write("instructionsRetired", InstructionsRetired);
        fixed (uint* r = s.R, single = s.S, mpuBase = s.MpuBase, mpuAttributes = s.MpuAttributes)
        {
            state.Write("r", Widen(r, RegisterCount));
            state.Write("s", Widen(single, SingleCount));
            state.Write("mpuRbar", Widen(mpuBase, MpuSlots));
            state.Write("mpuRasr", Widen(mpuAttributes, MpuSlots));
        }
        fixed (ulong* pending = s.Pending, active = s.Active, enabled = s.Enabled, levels = s.Levels)
        {
            state.Write("pending", new ReadOnlySpan<ulong>(pending, ExceptionWords));
            state.Write("active", new ReadOnlySpan<ulong>(active, ExceptionWords));
            state.Write("enabled", new ReadOnlySpan<ulong>(enabled, ExceptionWords));
            state.Write("levels", new ReadOnlySpan<ulong>(levels, ExceptionWords));
        }
        fixed (byte* priority = s.Priority) state.Write("priority", new ReadOnlySpan<byte>(priority, PriorityCount));
        state.Write("xpsr", (ulong)Special.Xpsr);
        state.Write("waiting", (ulong)s.Waiting);
        state.Write("event", s.Event);
        state.Write("lockedUp", s.LockedUp);
        state.Write("hasExclusive", s.HasExclusive);
        foreach (var (name, get, _) in Fields) state.Write(name, get(_cpu));
        Semihosting?.Host.Save(state);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.ReadString("cpu") != _profile.Model.ToString()) throw state.Error("cpu", $"this processor is a {_profile.Model}");
        if (state.ReadString("fpu") != _profile.Fpu.ToString()) throw state.Error("fpu", $"this processor's is {_profile.Fpu}");
        if (state.ReadUInt64("irqs") != (ulong)_profile.Irqs) throw state.Error("irqs", $"this processor has {_profile.Irqs}");
        var restored = new CpuState
        {
            Waiting = (Waiting)state.ReadUInt64("waiting", maximum: (ulong)Waiting.ForEvent),
            Event = state.ReadBoolean("event"),
            LockedUp = state.ReadBoolean("lockedUp"),
            HasExclusive = state.ReadBoolean("hasExclusive"),
        };
        Narrow(state, "r", new Span<uint>(restored.R, RegisterCount));
        Narrow(state, "s", new Span<uint>(restored.S, SingleCount));
        Narrow(state, "mpuRbar", new Span<uint>(restored.MpuBase, MpuSlots));
        Narrow(state, "mpuRasr", new Span<uint>(restored.MpuAttributes, MpuSlots));
        state.ReadUInt64s("pending", ExceptionWords).CopyTo(new Span<ulong>(restored.Pending, ExceptionWords));
        state.ReadUInt64s("active", ExceptionWords).CopyTo(new Span<ulong>(restored.Active, ExceptionWords));
        state.ReadUInt64s("enabled", ExceptionWords).CopyTo(new Span<ulong>(restored.Enabled, ExceptionWords));
        state.ReadUInt64s("levels", ExceptionWords).CopyTo(new Span<ulong>(restored.Levels, ExceptionWords));
        var priorities = state.ReadBytes("priority", PriorityCount);
        if (priorities.Length != PriorityCount) throw state.Error("priority", $"has {priorities.Length} bytes, not {PriorityCount}");
        priorities.CopyTo(new Span<byte>(restored.Priority, PriorityCount));
        var xpsr = state.ReadUInt32("xpsr");
        var retired = state.ReadInt64("instructionsRetired");
        if (retired is < 0 or > long.MaxValue / 4) throw state.Error("instructionsRetired", $"is not from 0 to {long.MaxValue / 4}");
        var values = Array.ConvertAll(Fields, f => state.ReadUInt64(f.Name));
        Semihosting?.Host.Restore(state);
        // Nothing can fail from here on: a state that does not fit has changed nothing.
        _cpu->State = restored;
        for (var i = 0; i < Fields.Length; i++) Fields[i].Set(_cpu, values[i]);
        (_cpu->Horizon, _cpu->Remaining) = (retired, 0);
        Special.SetFlags(xpsr);
        _cpu->State.Exception = xpsr & 0x1FF;
        _cpu->State.It = (xpsr >> 25 & 3) | (xpsr >> 8 & 0xFC);
        Sanitize();
        Special.Follow();
        Exceptions.Clear();
        ForgetCaches();
    }

    // What the handlers rely on holds for every state.
    private void Sanitize()
    {
        ref var s = ref _cpu->State;
        s.Pc &= 0xFFFF_FFFE;
        s.R[13] &= ~3u;
        s.OtherStackPointer &= ~3u;
        if (s.Exception >= _profile.ExceptionCount) s.Exception = ExceptionNumber.HardFault;
        if (s.Exception != 0) s.Control &= ~2u;
        s.Carry &= 1;
        s.MpuRegion = _profile.MpuRegions == 0 ? 0 : Math.Min(s.MpuRegion, (uint)_profile.MpuRegions - 1);
        s.PriorityGrouping &= 7;
        // Exceptions that do not exist could be pending for ever.
        for (var number = 0; number < PriorityCount; number++)
        {
            if (number is not (1 or 7 or 8 or 9 or 10 or 13 or 0) && number < _profile.ExceptionCount) continue;
            var bit = ~(1UL << number);
            s.Pending[number >> 6] &= bit;
            s.Active[number >> 6] &= bit;
            s.Enabled[number >> 6] &= bit;
            s.Levels[number >> 6] &= bit;
        }
    }

    private static ulong[] Widen(uint* values, int count)
    {
        var wide = new ulong[count];
        for (var i = 0; i < count; i++) wide[i] = values[i];
        return wide;
    }

    private static void Narrow(IStateReader state, string name, Span<uint> values)
    {
        var wide = state.ReadUInt64s(name, values.Length);
        for (var i = 0; i < wide.Length; i++) values[i] = wide[i] <= uint.MaxValue ? (uint)wide[i] : throw state.Error(name, $"0x{wide[i]:x} is more than 32 bits");
    }

    private delegate ulong Getter(Cpu* cpu);

    private delegate void Setter(Cpu* cpu, ulong value);

    private static readonly (string Name, Getter Get, Setter Set)[] Fields =
    [
        ("pc", c => c->State.Pc, (c, v) => c->State.Pc = v),
        ("otherSp", c => c->State.OtherStackPointer, (c, v) => c->State.OtherStackPointer = (uint)v),
        ("control", c => c->State.Control, (c, v) => c->State.Control = (uint)v & 7),
        ("primask", c => c->State.Primask, (c, v) => c->State.Primask = (uint)v & 1),
        ("basepri", c => c->State.Basepri, (c, v) => c->State.Basepri = (byte)v),
        ("faultmask", c => c->State.Faultmask, (c, v) => c->State.Faultmask = (uint)v & 1),
        ("fpscr", c => c->State.Fpscr, (c, v) => c->State.Fpscr = (uint)v),
        ("exclusiveAddress", c => c->State.ExclusiveAddress, (c, v) => c->State.ExclusiveAddress = (uint)v),
        ("vtor", c => c->State.Vtor, (c, v) => c->State.Vtor = (uint)v),
        ("prigroup", c => c->State.PriorityGrouping, (c, v) => c->State.PriorityGrouping = (uint)v),
        ("scr", c => c->State.Scr, (c, v) => c->State.Scr = (uint)v),
        ("ccr", c => c->State.Ccr, (c, v) => c->State.Ccr = (uint)v),
        ("shcsr", c => c->State.Shcsr, (c, v) => c->State.Shcsr = (uint)v),
        ("cfsr", c => c->State.Cfsr, (c, v) => c->State.Cfsr = (uint)v),
        ("hfsr", c => c->State.Hfsr, (c, v) => c->State.Hfsr = (uint)v),
        ("dfsr", c => c->State.Dfsr, (c, v) => c->State.Dfsr = (uint)v),
        ("mmfar", c => c->State.Mmfar, (c, v) => c->State.Mmfar = (uint)v),
        ("bfar", c => c->State.Bfar, (c, v) => c->State.Bfar = (uint)v),
        ("cpacr", c => c->State.Cpacr, (c, v) => c->State.Cpacr = (uint)v),
        ("demcr", c => c->State.Demcr, (c, v) => c->State.Demcr = (uint)v),
        ("actlr", c => c->State.Actlr, (c, v) => c->State.Actlr = (uint)v),
        ("fpccr", c => c->State.Fpccr, (c, v) => c->State.Fpccr = (uint)v),
        ("fpcar", c => c->State.Fpcar, (c, v) => c->State.Fpcar = (uint)v),
        ("fpdscr", c => c->State.Fpdscr, (c, v) => c->State.Fpdscr = (uint)v),
        ("sysTickCsr", c => c->State.SysTickControl, (c, v) => c->State.SysTickControl = (uint)v),
        ("sysTickRvr", c => c->State.SysTickReload, (c, v) => c->State.SysTickReload = (uint)v & 0x00FF_FFFF),
        ("sysTickOrigin", c => c->State.SysTickOriginTicks, (c, v) => c->State.SysTickOriginTicks = v),
        ("sysTickValue", c => c->State.SysTickValue, (c, v) => c->State.SysTickValue = (uint)v & 0x00FF_FFFF),
        ("dwtCtrl", c => c->State.DwtControl, (c, v) => c->State.DwtControl = (uint)v & 1),
        ("dwtCycleBase", c => c->State.CycleBase, (c, v) => c->State.CycleBase = (uint)v),
        ("mpuCtrl", c => c->State.MpuControl, (c, v) => c->State.MpuControl = (uint)v & 7),
        ("mpuRnr", c => c->State.MpuRegion, (c, v) => c->State.MpuRegion = (uint)v),
    ];
}
