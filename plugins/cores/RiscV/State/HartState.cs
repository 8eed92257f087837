// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// All architectural state of a hart: a plain struct without pointers. What is not here is a cache.
/// </summary>
/// <remarks>
/// RV32 keeps its integer registers sign-extended to 64 bits, so that most instructions share RV64's word form;
/// <see cref="Pc"/> and other addresses are zero-extended. CSRs hold what a read gives unless noted.
/// </remarks>
internal unsafe struct HartState
{
    /// <summary>x0 to x31, and a slot that swallows writes to x0. Must stay the first field: see <see cref="Hart"/>.</summary>
    public fixed ulong X[33];

    /// <summary>f0 to f31; a single is NaN-boxed.</summary>
    public fixed ulong F[32];

    /// <summary>The next instruction. Exact whenever the hart is not inside a fast handler.</summary>
    public ulong Pc;

    public Privilege Privilege;

    /// <summary>WFI has retired and nothing has woken the hart yet.</summary>
    public bool Waiting;

    /// <summary>LR has reserved <see cref="ReservationAddress"/>.</summary>
    public bool HasReservation;

    /// <summary>The address that LR read, as the instruction computed it.</summary>
    public ulong ReservationAddress;

    public ulong Mstatus;
    public ulong Medeleg;
    public ulong Mideleg;
    public ulong Mie;

    /// <summary>The interrupt inputs of the hart, in mip's positions.</summary>
    public ulong InterruptInputs;

    /// <summary>The bits of mip that software has set: SSIP, STIP, SEIP.</summary>
    public ulong SoftwareInterrupts;

    public ulong Mtvec;
    public ulong Mscratch;
    public ulong Mepc;
    public ulong Mcause;
    public ulong Mtval;
    public ulong Mcounteren;
    public ulong Mcountinhibit;
    public ulong Menvcfg;

    public ulong Stvec;
    public ulong Sscratch;
    public ulong Sepc;
    public ulong Scause;
    public ulong Stval;
    public ulong Scounteren;
    public ulong Senvcfg;
    public ulong Satp;
    public ulong Stimecmp;

    /// <summary>frm in bits 7 to 5, fflags in bits 4 to 0.</summary>
    public uint Fcsr;

    /// <summary>mcycle less the instructions run, or mcycle itself while mcountinhibit stops it.</summary>
    public ulong CycleBase;

    /// <summary>minstret less the instructions run, or minstret itself while mcountinhibit stops it.</summary>
    public ulong InstretBase;

    /// <summary>pmp0cfg to pmp15cfg.</summary>
    public fixed byte PmpConfig[PmpEntries];

    /// <summary>pmpaddr0 to pmpaddr15.</summary>
    public fixed ulong PmpAddress[PmpEntries];

    /// <summary>Entries of the physical memory protection.</summary>
    public const int PmpEntries = 16;
}
