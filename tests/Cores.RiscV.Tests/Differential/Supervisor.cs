// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.CsrAddress;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;
using static EdgeHypervisor.Cores.RiscV.Tests.ProgramLayout;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// What runs in machine mode below the random programs: gives each its registers and its mode, notes every trap and steps over the
/// instruction, and writes the registers out at the end.
/// </summary>
internal sealed class Supervisor
{
    private const int Current = 0, End = 8, LogAt = 16, TrapsLeft = 24, Delta = 32, ExitAt = 40, SupervisorVector = 48, Scratch = 0x80, Registers = 0x100;
    private const uint FloatOn = 0x6000;
    private const uint SfenceVma = 0x1200_0073;

    // What of mstatus is compared. FS may be dirty sooner than need be, so only whether it is off counts: privileged
    // specification, 3.1.6.6. SD follows it.
    private const long Compared = (long)(Status.Sie | Status.Spie | Status.Mpie | Status.Spp | Status.Mpp | Status.Mprv | Status.Sum | Status.Mxr | Status.Tvm | Status.Tw | Status.Tsr);

    private readonly ProgramCode _code;

    public Supervisor(int xlen, int programs)
    {
        _code = new ProgramCode(xlen, 0);
        AddStart(programs);
        AddBeginOfProgram();
        AddEndOfProgram();
        AddHandler();
        AddFinish();
        Assert.InRange(_code.Here, 0, Context);
    }

    /// <summary>Its code, for the begin of RAM.</summary>
    public ReadOnlySpan<byte> Bytes => _code.Bytes;

    /// <summary>Where it stands when all programs have run.</summary>
    public int Done { get; private set; }

    private void AddStart(int programs)
    {
        _code.Add(Csrrs(5, Mhartid, 0));
        _code.Add(Beq(5, 0, 12));
        _code.Add(Wfi);
        _code.Add(Jal(0, -4));
        _code.LoadAddress(31, Context);
        _code.Add(Csrrw(0, Mscratch, 31));
        _code.LoadAddress(5, FirstSlot + State);
        _code.Store(5, 31, Current);
        _code.LoadConstant(6, programs * (long)SlotBytes);
        _code.Add(Add(5, 5, 6));
        _code.Store(5, 31, End);
        _code.AddTo("handler", distance => Auipc(5, (uint)(distance + 0x800) >> 12));
        _code.AddTo("handler", distance => Addi(5, 5, (distance + 4) << 20 >> 20));
        _code.Add(Csrrw(0, Mtvec, 5));
    }

    private void AddBeginOfProgram()
    {
        _code.Label("next");
        _code.Add(Csrrs(31, Mscratch, 0));
        _code.Load(1, 31, Current);
        _code.Load(2, 31, End);
        _code.Add(Bne(1, 2, 8));
        _code.Jump("finish");
        _code.Add(Lui(3, (Log - State) >> 12));
        _code.Add(Add(3, 3, 1));
        _code.Store(3, 31, LogAt);
        _code.Add(Addi(3, 0, MaximumTraps));
        _code.Store(3, 31, TrapsLeft);
        Copy(ToPhysical, Delta);
        Copy(Exit, ExitAt);
        Copy(ProgramLayout.Stvec, SupervisorVector);
        foreach (var csr in new[] { Mie, Mip, Pmpcfg0, Mideleg, Menvcfg, Senvcfg, Sscratch, Sepc, Scause, Stval, Scounteren, Mcounteren, Mcause, Mtval, Stimecmp })
            _code.Add(Csrrw(0, csr, 0));
        if (_code.Xlen == 32) _code.Add(Csrrw(0, Pmpcfg0 + 1, 0));
        if (_code.Xlen == 32) _code.Add(Csrrw(0, Stimecmph, 0));
        for (var i = 0; i < PmpEntries; i++) FromState(Pmpaddr0 + i, PmpAddress + 8 * i);
        FromState(Pmpcfg0, PmpConfig);
        if (_code.Xlen == 32) FromState(Pmpcfg0 + 1, PmpConfig + 4);
        FromState(CsrAddress.Satp, ProgramLayout.Satp);
        FromState(CsrAddress.Medeleg, ProgramLayout.Medeleg);
        FromState(CsrAddress.Stvec, ProgramLayout.Stvec);
        _code.Add(SfenceVma);
        _code.Add(FenceI);
        _code.Add(Addi(4, 31, Scratch));
        _code.Add(Amo(3, false, 0, 4, 0)); // sc.w: no program begins with a reservation
        _code.Add(Lui(4, FloatOn >> 12));
        _code.Add(Csrrw(0, CsrAddress.Mstatus, 4));
        for (var i = 0; i < 32; i++) _code.Add(I(0x07, 3, i, 1, InputF + 8 * i)); // fld
        _code.Add(Lw(4, 1, InputFcsr));
        _code.Add(Csrrw(0, Fcsr, 4));
        FromState(CsrAddress.Mstatus, ProgramLayout.Mstatus);
        FromState(Mepc, Entry);
        for (var i = 31; i > 0; i--) _code.Load(i, 1, InputX + 8 * i);
        _code.Add(Mret);
    }

    private void AddEndOfProgram()
    {
        _code.Label("end of program");
        _code.Load(1, 31, Current);
        for (var i = 1; i < 32; i++)
        {
            _code.Load(2, 31, Registers + 8 * i);
            _code.Store(2, 1, OutputX + 8 * i);
        }
        _code.Add(Lui(4, FloatOn >> 12));
        _code.Add(Csrrw(0, CsrAddress.Mstatus, 4));
        for (var i = 0; i < 32; i++) _code.Add(S(3, 1, i, OutputF + 8 * i) | 4); // fsd
        var at = OutputCsrs;
        // Not stval: where the traps are used up it is that of a breakpoint, before it has become zero.
        foreach (var csr in new[] { Fcsr, Sscratch, Scause, Sepc })
        {
            _code.Add(Csrrs(2, csr, 0));
            _code.Store(2, 1, at);
            at += 8;
        }
        _code.Add(Lui(2, SlotBytes >> 12));
        _code.Add(Add(1, 1, 2));
        _code.Store(1, 31, Current);
        _code.Jump("next");
    }

    private void AddHandler()
    {
        _code.Label("handler");
        _code.Add(Csrrw(31, Mscratch, 31));
        for (var i = 1; i < 31; i++) _code.Store(i, 31, Registers + 8 * i);
        _code.Add(Csrrs(1, Mscratch, 0));
        _code.Store(1, 31, Registers + 8 * 31);
        _code.Add(Csrrw(0, Mscratch, 31));
        NoteTrap(Mcause, Mepc, Mtval);

        // MRET leaves MPRV, but MPP is U then: privileged specification, 3.1.6.1 and 3.1.6.3. QEMU 7.2 goes on with what it remembers of the mode before.
        _code.Add(Lui(10, (uint)(Status.Mprv >> 12)));
        _code.Add(R(0x33, 7, 0, 10, 10, 9)); // and
        _code.Add(Beq(10, 0, 8));
        _code.Add(SfenceVma);
        _code.Load(10, 31, TrapsLeft);
        _code.Add(Addi(10, 10, -1));
        _code.Store(10, 31, TrapsLeft);
        _code.Add(Bne(10, 0, 8));
        _code.Jump("end of program");

        // The end is an environment call (8 to 11) at the place for it.
        _code.Load(11, 31, ExitAt);
        _code.AddTo("no end", distance => Bne(7, 11, distance));
        _code.Add(Addi(12, 6, -8));
        _code.Add(I(0x13, 3, 12, 12, 4)); // sltiu
        _code.Add(Beq(12, 0, 8));
        _code.Jump("end of program");

        // A trap that supervisor mode took: what it sees is noted, its handler returns behind the instruction.
        _code.Label("no end");
        _code.Load(11, 31, SupervisorVector);
        _code.AddTo("no supervisor", distance => Bne(7, 11, distance));
        NoteTrap(Scause, Sepc, Stval);
        AddStepOver("delegated");
        _code.Add(Csrrw(0, Sepc, 7));
        _code.Load(7, 31, SupervisorVector);
        _code.Add(Addi(7, 7, 4)); // behind the call stands sret
        _code.Jump("return");

        _code.Label("no supervisor");
        AddStepOver("direct");
        _code.Label("return");
        _code.Add(Csrrw(0, Mepc, 7));
        for (var i = 1; i < 32; i++) _code.Load(i, 31, Registers + 8 * i);
        _code.Add(Mret);
    }

    // x6 to x9: cause, address, value and status. The value of a breakpoint may be zero or its address (privileged specification, 3.1.16), and
    // that of a misaligned target (cause 0), which may be zero too, is the jump's address in QEMU 7.2: both become zero.
    private void NoteTrap(int cause, int address, int value)
    {
        _code.Add(Csrrs(6, cause, 0));
        _code.Add(Csrrs(7, address, 0));
        _code.Add(Csrrs(8, value, 0));
        _code.Add(Csrrs(9, CsrAddress.Mstatus, 0));
        _code.Load(5, 31, LogAt);
        _code.Add(Addi(10, 6, -3));
        _code.Add(Beq(6, 0, 8));
        _code.Add(Bne(10, 0, 12));
        _code.Add(Addi(8, 0, 0));
        _code.Add(Csrrw(0, value, 0));
        _code.Add(I(0x13, 5, 10, 9, Status.FsShift)); // srli
        _code.Add(I(0x13, 7, 10, 10, 3)); // andi
        _code.Add(R(0x33, 3, 0, 10, 0, 10)); // snez
        _code.LoadConstant(11, Compared);
        _code.Add(R(0x33, 7, 0, 9, 9, 11)); // and
        _code.Add(R(0x33, 6, 0, 9, 9, 10)); // or: mstatus.UIE, which there is none of, says that FS is on
        for (var i = 0; i < 4; i++) _code.Store(6 + i, 5, 8 * i);
        _code.Add(Addi(5, 5, LogEntryBytes));
        _code.Store(5, 31, LogAt);
    }

    // x7 to behind the instruction there; after a fetch that failed (causes 0, 1 and 12), to where x31 of the program points.
    private void AddStepOver(string name)
    {
        _code.Add(Lui(12, 1));
        _code.Add(Addi(12, 12, 3));
        _code.Add(R(0x33, 5, 0, 12, 12, 6)); // srl
        _code.Add(I(0x13, 7, 12, 12, 1)); // andi
        _code.AddTo($"{name}, fetched", distance => Beq(12, 0, distance));
        _code.Load(7, 31, Registers + 8 * 31);
        _code.Jump($"{name}, stepped over");
        _code.Label($"{name}, fetched");
        _code.Load(12, 31, Delta);
        _code.Add(Add(12, 12, 7));
        _code.Add(I(0x03, 5, 12, 12, 0)); // lhu
        _code.Add(I(0x13, 7, 12, 12, 3)); // andi
        _code.Add(Addi(12, 12, -3));
        _code.Add(R(0x33, 3, 0, 12, 0, 12)); // snez: a short one
        _code.Add(R(0x33, 0, 0x20, 7, 7, 12)); // sub
        _code.Add(R(0x33, 0, 0x20, 7, 7, 12));
        _code.Add(Addi(7, 7, 4));
        _code.Label($"{name}, stepped over");
    }

    // The finisher of QEMU's virt machine switches it off; a hart of ours stops at a breakpoint in front of it.
    private void AddFinish()
    {
        _code.Label("finish");
        Done = _code.Here;
        _code.Add(Lui(5, 0x100));
        _code.Add(Lui(6, 5));
        _code.Add(Addi(6, 6, 0x555));
        _code.Add(Sw(6, 5, 0));
        _code.Add(Jal(0, 0));
    }

    private void FromState(int csr, int offset)
    {
        _code.Load(4, 1, offset);
        _code.Add(Csrrw(0, csr, 4));
    }

    private void Copy(int from, int to)
    {
        _code.Load(4, 1, from);
        _code.Store(4, 31, to);
    }
}
