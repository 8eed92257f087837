// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Addresses of control and status registers. Privileged specification, tables of 2.2.</summary>
internal static class CsrAddress
{
    public const int Fflags = 0x001, Frm = 0x002, Fcsr = 0x003;
    public const int Sstatus = 0x100, Sie = 0x104, Stvec = 0x105, Scounteren = 0x106, Senvcfg = 0x10A;
    public const int Sscratch = 0x140, Sepc = 0x141, Scause = 0x142, Stval = 0x143, Sip = 0x144;
    public const int Stimecmp = 0x14D, Stimecmph = 0x15D, Satp = 0x180;
    public const int Mstatus = 0x300, Misa = 0x301, Medeleg = 0x302, Mideleg = 0x303, Mie = 0x304, Mtvec = 0x305;
    public const int Mcounteren = 0x306, Menvcfg = 0x30A, Mstatush = 0x310, Menvcfgh = 0x31A, Mcountinhibit = 0x320;
    public const int Mhpmevent3 = 0x323, Mhpmevent31 = 0x33F;
    public const int Mscratch = 0x340, Mepc = 0x341, Mcause = 0x342, Mtval = 0x343, Mip = 0x344;
    public const int Pmpcfg0 = 0x3A0, Pmpcfg3 = 0x3A3, Pmpaddr0 = 0x3B0, Pmpaddr15 = 0x3BF;
    public const int Tselect = 0x7A0, Tdata3 = 0x7A3;
    public const int Mcycle = 0xB00, Minstret = 0xB02, Mhpmcounter3 = 0xB03, Mhpmcounter31 = 0xB1F;
    public const int Mcycleh = 0xB80, Minstreth = 0xB82, Mhpmcounter3h = 0xB83, Mhpmcounter31h = 0xB9F;
    public const int Cycle = 0xC00, Time = 0xC01, Instret = 0xC02, Hpmcounter3 = 0xC03, Hpmcounter31 = 0xC1F;
    public const int Cycleh = 0xC80, Timeh = 0xC81, Instreth = 0xC82, Hpmcounter3h = 0xC83, Hpmcounter31h = 0xC9F;
    public const int Mvendorid = 0xF11, Marchid = 0xF12, Mimpid = 0xF13, Mhartid = 0xF14, Mconfigptr = 0xF15;
}
