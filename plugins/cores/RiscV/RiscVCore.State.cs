// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Saving and restoring: named fields in the manual's words.</summary>
internal sealed unsafe partial class RiscVCore
{
    private const int RegisterCount = 32;

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        ref var s = ref _hart->State;
        state.Write("xlen", (ulong)_isa.Xlen);
        state.Write("extensions", (ulong)_isa.Extensions);
        state.Write("instructionsRetired", InstructionsRetired);
        fixed (ulong* x = s.X, f = s.F, address = s.PmpAddress)
        {
            state.Write("x", new ReadOnlySpan<ulong>(x, RegisterCount));
            state.Write("f", new ReadOnlySpan<ulong>(f, RegisterCount));
            state.Write("pmpaddr", new ReadOnlySpan<ulong>(address, HartState.PmpEntries));
        }
        fixed (byte* config = s.PmpConfig) state.Write("pmpcfg", new ReadOnlySpan<byte>(config, HartState.PmpEntries));
        state.Write("privilege", (ulong)s.Privilege);
        state.Write("waiting", s.Waiting);
        state.Write("hasReservation", s.HasReservation);
        foreach (var (name, get, _) in SavedFields.All) state.Write(name, get(_hart));
        Semihosting?.Host.Save(state);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.ReadUInt64("xlen") != (ulong)_isa.Xlen) throw state.Error("xlen", $"this core has {_isa.Xlen}");
        if (state.ReadUInt64("extensions") != (ulong)_isa.Extensions)
            throw state.Error("extensions", $"the state is from a core with another ISA than {_isa.Extensions}");
        var restored = new HartState { Privilege = ReadPrivilege(state), Waiting = state.ReadBoolean("waiting") };
        restored.HasReservation = state.ReadBoolean("hasReservation");
        state.ReadUInt64s("x", RegisterCount).CopyTo(new Span<ulong>(restored.X, RegisterCount));
        state.ReadUInt64s("f", RegisterCount).CopyTo(new Span<ulong>(restored.F, RegisterCount));
        state.ReadUInt64s("pmpaddr", HartState.PmpEntries).CopyTo(new Span<ulong>(restored.PmpAddress, HartState.PmpEntries));
        ReadProtection(state).CopyTo(new Span<byte>(restored.PmpConfig, HartState.PmpEntries));
        var retired = ReadRetired(state);
        var values = Array.ConvertAll(SavedFields.All, f => state.ReadUInt64(f.Name));
        Semihosting?.Host.Restore(state);
        // Nothing can fail from here on: a state that does not fit has changed nothing.
        _hart->State = restored;
        for (var i = 0; i < SavedFields.All.Length; i++) SavedFields.All[i].Set(_hart, values[i]);
        (_hart->Horizon, _hart->Remaining) = (retired, 0);
        Sanitize();
        Traps.Clear();
        ForgetCaches();
    }

    // Far enough from the end that no VM gets there.
    private static long ReadRetired(IStateReader state)
    {
        const long maximum = long.MaxValue / 4;
        var retired = state.ReadInt64("instructionsRetired");
        return retired is >= 0 and <= maximum ? retired : throw state.Error("instructionsRetired", $"is not from 0 to {maximum}");
    }

    private static byte[] ReadProtection(IStateReader state)
    {
        var bytes = state.ReadBytes("pmpcfg", HartState.PmpEntries);
        return bytes.Length == HartState.PmpEntries
            ? bytes
            : throw state.Error("pmpcfg", $"has {bytes.Length} bytes, not {HartState.PmpEntries}");
    }

    private Privilege ReadPrivilege(IStateReader state)
    {
        var privilege = (Privilege)state.ReadUInt64("privilege", maximum: (ulong)Privilege.Machine);
        var exists = privilege switch
        {
            Privilege.User => _isa.Has(Extensions.U),
            Privilege.Supervisor => _isa.Has(Extensions.S),
            _ => privilege == Privilege.Machine,
        };
        return exists ? privilege : throw state.Error("privilege", $"this core has no mode {(int)privilege}");
    }

    // What the handlers rely on holds for every state: x0 is zero, addresses are even and in range.
    private void Sanitize()
    {
        ref var s = ref _hart->State;
        s.X[0] = 0;
        for (var i = 1; i < RegisterCount; i++) s.X[i] = Extended(s.X[i]);
        s.Pc = Address(s.Pc) & ~1UL;
        // Interrupts that do not exist could be pending for ever and never be taken.
        const ulong known = Interrupt.MachineMask | Interrupt.SupervisorMask;
        (s.Mie, s.InterruptInputs) = (s.Mie & known, s.InterruptInputs & known);
        (s.SoftwareInterrupts, s.Mideleg) = (s.SoftwareInterrupts & Interrupt.SupervisorMask, s.Mideleg & Interrupt.SupervisorMask);
    }

    private delegate ulong Getter(Hart* hart);

    private delegate void Setter(Hart* hart, ulong value);

    // A class of its own: made when a state is saved or restored, not with the first core.
    private static class SavedFields
    {
        public static readonly (string Name, Getter Get, Setter Set)[] All =
        [
            ("pc", h => h->State.Pc, (h, v) => h->State.Pc = v),
            ("reservationAddress", h => h->State.ReservationAddress, (h, v) => h->State.ReservationAddress = v),
            ("mstatus", h => h->State.Mstatus, (h, v) => h->State.Mstatus = v),
            ("medeleg", h => h->State.Medeleg, (h, v) => h->State.Medeleg = v),
            ("mideleg", h => h->State.Mideleg, (h, v) => h->State.Mideleg = v),
            ("mie", h => h->State.Mie, (h, v) => h->State.Mie = v),
            ("interruptInputs", h => h->State.InterruptInputs, (h, v) => h->State.InterruptInputs = v),
            ("softwareInterrupts", h => h->State.SoftwareInterrupts, (h, v) => h->State.SoftwareInterrupts = v),
            ("mtvec", h => h->State.Mtvec, (h, v) => h->State.Mtvec = v),
            ("mscratch", h => h->State.Mscratch, (h, v) => h->State.Mscratch = v),
            ("mepc", h => h->State.Mepc, (h, v) => h->State.Mepc = v),
            ("mcause", h => h->State.Mcause, (h, v) => h->State.Mcause = v),
            ("mtval", h => h->State.Mtval, (h, v) => h->State.Mtval = v),
            ("mcounteren", h => h->State.Mcounteren, (h, v) => h->State.Mcounteren = v),
            ("mcountinhibit", h => h->State.Mcountinhibit, (h, v) => h->State.Mcountinhibit = v),
            ("menvcfg", h => h->State.Menvcfg, (h, v) => h->State.Menvcfg = v),
            ("stvec", h => h->State.Stvec, (h, v) => h->State.Stvec = v),
            ("sscratch", h => h->State.Sscratch, (h, v) => h->State.Sscratch = v),
            ("sepc", h => h->State.Sepc, (h, v) => h->State.Sepc = v),
            ("scause", h => h->State.Scause, (h, v) => h->State.Scause = v),
            ("stval", h => h->State.Stval, (h, v) => h->State.Stval = v),
            ("scounteren", h => h->State.Scounteren, (h, v) => h->State.Scounteren = v),
            ("senvcfg", h => h->State.Senvcfg, (h, v) => h->State.Senvcfg = v),
            ("satp", h => h->State.Satp, (h, v) => h->State.Satp = v),
            ("stimecmp", h => h->State.Stimecmp, (h, v) => h->State.Stimecmp = v),
            ("fcsr", h => h->State.Fcsr, (h, v) => h->State.Fcsr = (uint)v & 0xFF),
            ("cycleBase", h => h->State.CycleBase, (h, v) => h->State.CycleBase = v),
            ("instretBase", h => h->State.InstretBase, (h, v) => h->State.InstretBase = v),
        ];
    }
}
