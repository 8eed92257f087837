// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.RiscV.Flow;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// What handlers do when the fast way is not open: devices, page flags, misaligned accesses, translation, traps. State
/// and instruction count are exact before anything outside sees them.
/// </summary>
internal static unsafe class SlowPath
{
    /// <summary>A load of any kind; the instruction says which.</summary>
    [MethodImpl(Cold)]
    public static void Load(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = Begin(hart, i, left);
        var format = MemoryAccess.Of(i->Op);
        var address = core.Address(Hart.X(hart)[i->Rs1] + (ulong)i->Immediate);
        if (!core.Memory.TryLoad(address, format.SizeBytes, out var value))
        {
            Raise(hart, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        NoteDevice(core, i);
        if (format.IsFloat) Hart.F(hart)[i->Rd] = format.Extend(value);
        else Hart.X(hart)[i->Rd] = format.Extend(value);
        Continue(hart, i, left, table, core);
    }

    /// <summary>A store of any kind.</summary>
    [MethodImpl(Cold)]
    public static void Store(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = Begin(hart, i, left);
        var format = MemoryAccess.Of(i->Op);
        var address = core.Address(Hart.X(hart)[i->Rs1] + (ulong)i->Immediate);
        var value = format.IsFloat ? Hart.F(hart)[i->Rd] : Hart.X(hart)[i->Rd];
        if (!core.Memory.TryStore(address, format.SizeBytes, value))
        {
            Raise(hart, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        NoteDevice(core, i);
        Continue(hart, i, left, table, core);
    }

    /// <summary>An atomic read-modify-write.</summary>
    [MethodImpl(Cold)]
    public static void Atomic<TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TOperation : struct, IBinary
    {
        var core = Begin(hart, i, left);
        var format = MemoryAccess.Of(i->Op);
        var x = Hart.X(hart);
        var address = core.Address(x[i->Rs1]);
        if (!core.Memory.TryLoadForStore(address, format.SizeBytes, out var old)
            || !core.Memory.TryStore(address, format.SizeBytes, TOperation.Apply(format.Extend(old), format.Extend(x[i->Rs2]))))
        {
            Raise(hart, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        x[i->Rd] = format.Extend(old);
        Continue(hart, i, left, table, core);
    }

    /// <summary>LR: reads and reserves.</summary>
    [MethodImpl(Hot)]
    public static void LoadReserved(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = Begin(hart, i, left);
        var format = MemoryAccess.Of(i->Op);
        var x = Hart.X(hart);
        var address = core.Address(x[i->Rs1]);
        if (!core.Memory.TryLoadAligned(address, format.SizeBytes, out var value))
        {
            Raise(hart, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        hart->State.HasReservation = true;
        hart->State.ReservationAddress = address;
        x[i->Rd] = format.Extend(value);
        Continue(hart, i, left, table, core);
    }

    /// <summary>SC: writes if the reservation stands; 0 is success. It ends the reservation either way.</summary>
    [MethodImpl(Hot)]
    public static void StoreConditional(Hart* hart, Instruction* i, long left, nint* table)
    {
        var core = Begin(hart, i, left);
        var format = MemoryAccess.Of(i->Op);
        var x = Hart.X(hart);
        var address = core.Address(x[i->Rs1]);
        var reserved = hart->State.HasReservation && hart->State.ReservationAddress == address;
        if (!core.Memory.TryStoreConditional(address, format.SizeBytes, x[i->Rs2], reserved))
        {
            Raise(hart, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        hart->State.HasReservation = false;
        x[i->Rd] = reserved ? 0UL : 1;
        Continue(hart, i, left, table, core);
    }

    /// <summary>The instruction traps: it has used one of the budget and is not repeated.</summary>
    [MethodImpl(Cold)]
    public static void Raise(Hart* hart, Instruction* i, long left, Cause cause, ulong value)
    {
        var core = Begin(hart, i, left);
        hart->Remaining = left;
        core.Traps.Raise(cause, value);
    }

    // What has reached a device will do so again: the translator leaves it a way there.
    private static void NoteDevice(RiscVCore core, Instruction* i)
    {
        if (core.Memory.TakeReachedDevice() && i->Op is >= Op.Lb and <= Op.Sd) i->Handler |= HandlerIndex.Device;
    }

    /// <summary>Makes program counter and instruction count exact, as they are before this instruction.</summary>
    public static RiscVCore Begin(Hart* hart, Instruction* i, long left)
    {
        var core = Hart.Core(hart);
        hart->State.Pc = core.Address(Hart.PcOf(hart, i));
        hart->Remaining = left + 1;
        return core;
    }

    /// <summary>Goes on behind an instruction that others may have reacted to.</summary>
    public static void Continue(Hart* hart, Instruction* i, long left, nint* table, RiscVCore core)
    {
        if (core.NeedsAttention)
        {
            Leave(hart, i + i->Step, left, table);
            return;
        }
        Next(hart, i + i->Step, left, table);
    }
}
