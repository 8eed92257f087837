// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// A processor as the instruction handlers see it: its architectural state, then what makes access fast. It lies in
/// native memory, so that handlers need neither a managed reference nor pinning.
/// </summary>
internal unsafe struct Cpu
{
    /// <summary>The architecture's state. Must stay first.</summary>
    public CpuState State;

    /// <summary>
    /// An instruction's program counter is this plus its entry's address divided by 8: entries of 16 bytes stand for
    /// halfwords of 2. Changes with each jump to another page.
    /// </summary>
    public ulong PcBias;

    /// <summary>What loads and stores may reach by themselves, by page of the address space and for the current privilege.</summary>
    public PageSlot* Map;

    /// <summary>Decoded instructions by page of the address space, for the current privilege; zero: not fetched yet.</summary>
    public nint* Code;

    /// <summary>Instructions run since creation when the current batch is used up.</summary>
    public long Horizon;

    /// <summary>
    /// Instructions of the batch that have not run. Exact outside of fast handlers: every slow path stores it before
    /// it does anything that others can see.
    /// </summary>
    public long Remaining;

    /// <summary>Why the handlers returned.</summary>
    public CpuExit Exit;

    /// <summary>The conditional instruction that runs now, and its ITSTATE.</summary>
    public Instruction* ItInstruction;

    /// <inheritdoc cref="ItInstruction"/>
    public uint ItCurrent;

    /// <summary>The core this belongs to, for the slow paths.</summary>
    public GCHandle Owner;

    /// <summary>How often jumps may still go somewhere before it counts as hot; see <see cref="Translation.Heat"/>.</summary>
    public ushort* Heat;

    /// <summary>Grows whenever an address may lead elsewhere than before.</summary>
    public long Epoch;

    /// <summary>The view of memory that regions are made for: always the same.</summary>
    public RegionContext Context;

    /// <summary>Not zero: the slice is to end soon. Other threads set it.</summary>
    public int StopRequest;

    /// <summary>See <see cref="StateLayout.Countdown"/>.</summary>
    public int Countdown;

    /// <summary>One instruction to be run out of its page, and what leads back.</summary>
    public Instruction* Detour;

    /// <summary>The handlers outside and inside IT blocks.</summary>
    public nint* Table;

    /// <inheritdoc cref="Table"/>
    public nint* ItTable;

    /// <summary>Not zero while floating-point instructions may run without looking at CPACR, FPCA and lazy stacking.</summary>
    public uint FloatReady;

    /// <summary>Where translated code finds things; measured, since the layout for marshalling is another one.</summary>
    public static StateLayout Layout
    {
        get
        {
            Cpu cpu;
            var start = (byte*)&cpu;
            return new StateLayout(
                ProgramCounter: (int)((byte*)&cpu.State.Pc - start),
                StopRequest: (int)((byte*)&cpu.StopRequest - start),
                Budget: (int)((byte*)&cpu.Remaining - start),
                Epoch: (int)((byte*)&cpu.Epoch - start),
                Context: (int)((byte*)&cpu.Context - start),
                Countdown: (int)((byte*)&cpu.Countdown - start));
        }
    }

    /// <inheritdoc cref="Layout"/>
    public static DecodedPlaces DecodedPlaces
    {
        get
        {
            Cpu cpu;
            return new DecodedPlaces((int)((byte*)&cpu.Code - (byte*)&cpu));
        }
    }

    /// <summary>The core registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint* R(Cpu* cpu) => (uint*)cpu;

    /// <summary>The program counter of an entry of the current page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PcOf(Cpu* cpu, Instruction* instruction) => cpu->PcBias + ((ulong)instruction >> 3);

    /// <summary>The managed side.</summary>
    public static CortexMCore Core(Cpu* cpu) => Unsafe.As<CortexMCore>(cpu->Owner.Target!);
}

/// <summary>Why the handlers gave control back.</summary>
internal enum CpuExit : byte
{
    /// <summary>Nothing special: the batch is used up, an exception is pending, WFI waits.</summary>
    Continue,

    /// <summary>A breakpoint stands at the program counter.</summary>
    Breakpoint,
}

/// <summary>How loads and stores reach a page of memory.</summary>
internal unsafe struct PageSlot
{
    /// <summary>The host address of a byte is its guest address plus this; zero: not by themselves.</summary>
    public nint HostBias;

    /// <summary>The page's flag byte, which must be zero for a store; null: no stores.</summary>
    public byte* StoreFlag;
}
