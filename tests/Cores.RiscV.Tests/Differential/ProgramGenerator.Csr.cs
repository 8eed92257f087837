// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.CsrAddress;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

internal sealed partial class ProgramGenerator
{
    private const ulong All = ulong.MaxValue, Word = uint.MaxValue, ProtectionAddress = (1UL << 54) - 1;

    // Registers and what may be written to them. Left out is what the specification leaves to the implementation: reserved modes of
    // stvec (privileged specification, 4.1.2), ASIDs and modes of satp (4.1.11), which exceptions and interrupts can be delegated beyond
    // the standard ones (3.1.8), reserved PMP permissions (3.7.1), locked entries, which nothing takes back but a reset, empty ranges of PMP,
    // which QEMU 7.2 takes for everything, and interrupt enables where an interrupt could come. scounteren and mcounteren have 32 bits (3.1.11
    // and 4.1.5) and PMP's addresses at most 54 (3.7.1), all of them more in QEMU 7.2 on RV64. The low bits of sepc and mepc are zero (3.1.14), which QEMU 7.2 forgets. FS is off or dirty only: how exactly dirtiness is tracked is free (3.1.6.6).
    private static readonly (int Csr, ulong Writable, Privilege Least)[] Writable =
    [
        (Fflags, All, Privilege.User), (Frm, All, Privilege.User), (Fcsr, All, Privilege.User),
        (Sscratch, All, Privilege.User), (Sepc, ~3UL, Privilege.User), (Scause, All, Privilege.User), (Stval, All, Privilege.User),
        (Sstatus, Status.Sum | Status.Mxr | Status.Spie | Status.Spp, Privilege.User),
        (Scounteren, Word, Privilege.User), (Senvcfg, 1, Privilege.User),
        (Sie, All, Privilege.User), (Sip, All, Privilege.User),
        (Stvec, ~2UL, Privilege.Machine), (Satp, (1UL << 22) - 1, Privilege.Machine), (Stimecmp, All, Privilege.Machine),
        (Mie, 0xAAA, Privilege.Machine), (Mip, 0x222, Privilege.Machine), (Medeleg, 0xB3FF, Privilege.Machine), (Mideleg, 0x222, Privilege.Machine),
        (Mcounteren, Word, Privilege.Machine), (Menvcfg, 1, Privilege.Machine), (Mcountinhibit, 5, Privilege.Machine),
        (Mepc, ~3UL, Privilege.Machine), (Mcause, All, Privilege.Machine), (Mtval, All, Privilege.Machine),
        (Mstatus, Status.Sum | Status.Mxr | Status.Spie | Status.Spp | Status.Tvm | Status.Tw | Status.Tsr, Privilege.Machine),
        (Pmpaddr0, ProtectionAddress, Privilege.Machine), (Pmpaddr0 + 3, ProtectionAddress, Privilege.Machine), (Pmpaddr15, ProtectionAddress, Privilege.Machine),
        (Pmpcfg0, 0x1515_1515_1515_1515, Privilege.Machine),
    ];

    // Read only, or with no right to.
    private static readonly int[] Readable =
    [
        Mhartid, Mstatush, Mtvec, Mscratch, Stvec, Mepc, Mcause, Mtval, Mstatus, Mie, Medeleg, Mideleg, Satp, Pmpcfg0 + 1, Pmpcfg0 + 2, Pmpaddr0 + 1,
    ];

    // Their values are time, or the implementer's; whether they may be read is compared.
    private static readonly int[] Volatile = [Cycle, Time, Instret, Cycleh, Timeh, Instreth, Mcycle, Minstret, Mcycleh, Minstreth, Mvendorid, Marchid, Mimpid, Misa];

    private Piece ControlRegister()
    {
        var rd = _random.Next(4) == 0 ? 0 : FreeRegister();
        return _random.Next(12) switch
        {
            < 3 => Write(Writable[_random.Next(3)], rd),
            < 7 => Write(Writable[_random.Next(Writable.Length)], rd),
            7 => Piece.Of(Csrrs(rd, Readable[_random.Next(Readable.Length)], 0)),
            8 => Piece.Of(Csrrs(0, Volatile[_random.Next(Volatile.Length)], 0)),
            9 => Piece.Of(I(0x73, _random.Next(2) == 0 ? 1 : 5, 0, _random.Next(1, 32), _random.Next(0xC00, 0x1000))), // read-only ones, written
            10 => FloatOff(),
            _ => Absent(),
        };
    }

    private Piece Write((int Csr, ulong Writable, Privilege Least) register, int rd)
    {
        // A register beyond the mode's rights is illegal whatever is written; one within them gets what it may get.
        if (_mode != Privilege.Machine && register.Least == Privilege.Machine && (int)_mode >= (register.Csr >> 8 & 3)) return Piece.Of(Csrrs(0, Stvec, 0));
        if (register.Csr == Mip) rd = 0; // QEMU's has the machine timer's interrupt, that of a hart alone has not
        var value = FreeRegister();
        var operand = (long)(RandomValues.Integer(_random) & register.Writable);
        var isImmediate = (register.Writable & Word) == Word && _random.Next(3) == 0;
        var instruction = I(0x73, _random.Next(1, 4) + (isImmediate ? 4 : 0), rd, isImmediate ? _random.Next(32) : value, register.Csr);
        // csrrc of R takes W, too: W alone is reserved.
        if (register.Csr == Pmpcfg0 && (instruction >> 12 & 3) == 3) operand |= (operand & 0x0101_0101_0101_0101) << 1;
        return Piece.Of(code =>
        {
            if (!isImmediate) code.LoadConstant(value, code.Xlen == 32 ? (int)operand : operand);
            code.Add(instruction);
        });
    }

    // Floating point off, some instructions of it that are illegal then, and on again.
    private Piece FloatOff()
    {
        var csr = _mode == Privilege.Machine ? Mstatus : Sstatus;
        var value = FreeRegister();
        _reserved.Add(value);
        var between = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(4) == 0 ? Csrrs(FreeRegister(), Fcsr, 0) : Instruction(_float)).ToArray();
        _reserved.Remove(value);
        return Piece.Of(code =>
        {
            code.Add(Lui(value, (uint)(Status.Fs >> 12)));
            code.Add(I(0x73, 3, 0, value, csr));
            foreach (var bits in between) code.Add(bits);
            code.Add(Csrrs(0, csr, value));
        });
    }

    // Addresses that no extension of either side has.
    private Piece Absent()
    {
        int[] absent = [0x005, 0x0FF, 0x107, 0x149, 0x1FF, 0x5C0, 0x600, 0x680, 0x345, 0x7B0, 0x7C0, 0x800, 0x8FF, 0x9C0, 0xBC0, 0xCC0, 0xD00, 0xFC0];
        return Piece.Of(I(0x73, _random.Next(1, 4), FreeRegister(), _random.Next(32), absent[_random.Next(absent.Length)]));
    }
}
