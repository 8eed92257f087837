// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// A hart as the instruction handlers see it: its architectural state, then what makes access fast. It lies in native
/// memory, so that handlers need neither a managed reference nor pinning.
/// </summary>
internal unsafe struct Hart
{
    /// <summary>Slots of <see cref="Fetch"/>.</summary>
    public const int FetchSlots = 256;

    /// <summary>Slots of <see cref="LoadTlb"/> and <see cref="StoreTlb"/>.</summary>
    public const int TlbSlots = 2048;

    /// <summary>The architecture's state. Must stay first: <see cref="X"/> and <see cref="F"/> rely on it.</summary>
    public HartState State;

    /// <summary>
    /// An instruction's program counter is this plus its entry's address divided by 4: entries of 8 bytes stand for
    /// halfwords of 2. Changes with each jump to another page.
    /// </summary>
    public ulong PcBias;

    /// <summary>Guest address of the main RAM.</summary>
    public ulong RamStart;

    /// <summary>Its length less 7, so that an access of 8 bytes at an offset below this stays inside.</summary>
    public ulong RamSpan;

    /// <summary>Its first byte on the host.</summary>
    public byte* RamHost;

    /// <summary>Its flag bytes; see <see cref="PageFlags"/>.</summary>
    public byte* RamFlags;

    /// <summary>Instructions run since creation when the current batch is used up.</summary>
    public long Horizon;

    /// <summary>
    /// Instructions of the batch that have not run. Exact outside of fast handlers: every slow path stores it before
    /// it does anything that others can see.
    /// </summary>
    public long Remaining;

    /// <summary>Why the handlers returned.</summary>
    public HartExit Exit;

    /// <summary>Target bits that must be zero: 2 without compressed instructions, else 0.</summary>
    public ulong MisalignedTargetMask;

    /// <summary>Not zero while floating-point instructions may run and mstatus.FS is dirty already.</summary>
    public uint FloatReady;

    /// <summary>The core this belongs to, for the slow paths.</summary>
    public GCHandle Owner;

    /// <summary>Code pages by virtual address, direct-mapped. With <see cref="LoadTlb"/> behind it, what regions call their <see cref="RegionContext"/>.</summary>
    public FetchSlot* Fetch;

    /// <summary>Readable RAM pages by virtual address, direct-mapped; used when addresses are translated.</summary>
    public TlbSlot* LoadTlb;

    /// <summary>Writable RAM pages by virtual address.</summary>
    public TlbSlot* StoreTlb;

    /// <summary>Grows whenever an address may lead elsewhere than before.</summary>
    public long Epoch;

    /// <summary>How often jumps may still go somewhere before it counts as hot; see <see cref="Translation.Heat"/>.</summary>
    public ushort* Heat;

    /// <summary>See <see cref="Translation.IndirectTargets"/>.</summary>
    public nint IndirectTargets;

    /// <summary>Not zero: the slice is to end soon. Other threads set it.</summary>
    public int StopRequest;

    /// <summary>See <see cref="StateLayout.Countdown"/>.</summary>
    public int Countdown;

    /// <summary>One instruction to be run out of its page, and what leads back.</summary>
    public Instruction* Detour;

    /// <summary>The offset of <see cref="FloatReady"/>.</summary>
    public static int FloatReadyOffset
    {
        get
        {
            Hart hart;
            return (int)((byte*)&hart.FloatReady - (byte*)&hart);
        }
    }

    /// <summary>The offset of the reservation's mark.</summary>
    public static int HasReservationOffset
    {
        get
        {
            Hart hart;
            return (int)((byte*)&hart.State.HasReservation - (byte*)&hart);
        }
    }

    /// <summary>The offset of the reserved address.</summary>
    public static int ReservationAddressOffset
    {
        get
        {
            Hart hart;
            return (int)((byte*)&hart.State.ReservationAddress - (byte*)&hart);
        }
    }

    /// <summary>The offset of fcsr.</summary>
    public static int FcsrOffset
    {
        get
        {
            Hart hart;
            return (int)((byte*)&hart.State.Fcsr - (byte*)&hart);
        }
    }

    /// <summary>Where translated code finds things; measured, since the layout for marshalling is another one.</summary>
    public static StateLayout Layout
    {
        get
        {
            Hart hart;
            var start = (byte*)&hart;
            return new StateLayout(
                ProgramCounter: (int)((byte*)&hart.State.Pc - start),
                StopRequest: (int)((byte*)&hart.StopRequest - start),
                Budget: (int)((byte*)&hart.Remaining - start),
                Epoch: (int)((byte*)&hart.Epoch - start),
                Context: (int)((byte*)&hart.Fetch - start),
                Countdown: (int)((byte*)&hart.Countdown - start));
        }
    }

    /// <summary>The integer registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* X(Hart* hart) => (ulong*)hart;

    /// <summary>The floating-point registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* F(Hart* hart) => (ulong*)hart + 33;

    /// <summary>The program counter of an entry of the current page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PcOf(Hart* hart, Instruction* instruction) => hart->PcBias + ((ulong)instruction >> 2);

    /// <summary>The managed side.</summary>
    public static RiscVCore Core(Hart* hart) => Unsafe.As<RiscVCore>(hart->Owner.Target!);
}
