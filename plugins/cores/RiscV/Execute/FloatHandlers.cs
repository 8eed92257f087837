// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.RiscV.Flow;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Handlers of F and D.</summary>
internal static unsafe class FloatHandlers
{
    [MethodImpl(Hot)]
    public static void Arithmetic<TFormat, TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TFormat : struct, IBoxedFormat
        where TOperation : struct, IFloatArithmetic
    {
        var f = Hart.F(hart);
        if (hart->FloatReady != 0 && FloatArithmetic.MayUseHost(Mode(hart, i), hart->State.Fcsr))
        {
            var (a, b) = (f[i->Rs1], f[i->Rs2]);
            var result = TOperation.Host<TFormat>(a, b);
            if (TFormat.IsBoxed(a) && TFormat.IsBoxed(b) && TOperation.IsTrusted<TFormat>(a, b, result))
            {
                f[i->Rd] = result;
                Next(hart, i + Long.Step, left, table);
                return;
            }
        }
        Exact<TFormat, TOperation>(hart, i, left, table);
    }

    [MethodImpl(Hot)]
    public static void Fused<TFormat, TSigns>(Hart* hart, Instruction* i, long left, nint* table)
        where TFormat : struct, IBoxedFormat
        where TSigns : struct, IFusedSigns
    {
        var f = Hart.F(hart);
        if (hart->FloatReady != 0 && FloatArithmetic.MayUseHost(Mode(hart, i), hart->State.Fcsr))
        {
            var (a, b, c) = (f[i->Rs1], f[i->Rs2], f[i->Rs3]);
            var result = TFormat.HostFused(
                TSigns.NegatesProduct ? a ^ Rounding<TFormat>.Sign(true) : a, b,
                TSigns.NegatesAddend ? c ^ Rounding<TFormat>.Sign(true) : c);
            if (TFormat.IsBoxed(a) && TFormat.IsBoxed(b) && TFormat.IsBoxed(c) && FloatArithmetic.IsSafelyNormal<TFormat>(result))
            {
                f[i->Rd] = result;
                Next(hart, i + Long.Step, left, table);
                return;
            }
        }
        ExactFused<TFormat, TSigns>(hart, i, left, table);
    }

    /// <summary>From floating-point registers to one of them.</summary>
    [MethodImpl(Hot)]
    public static void ToFloat<TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TOperation : struct, IFloatOperation
    {
        if (!IsReady(hart, i))
        {
            NotReady(hart, i, left, table);
            return;
        }
        var f = Hart.F(hart);
        f[i->Rd] = TOperation.Apply(f[i->Rs1], f[i->Rs2], (RoundingMode)Mode(hart, i), &hart->State.Fcsr);
        Next(hart, i + Long.Step, left, table);
    }

    /// <summary>From floating-point registers to an integer register.</summary>
    [MethodImpl(Hot)]
    public static void ToInteger<TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TOperation : struct, IFloatOperation
    {
        if (!IsReady(hart, i))
        {
            NotReady(hart, i, left, table);
            return;
        }
        var f = Hart.F(hart);
        Hart.X(hart)[i->Rd] = TOperation.Apply(f[i->Rs1], f[i->Rs2], (RoundingMode)Mode(hart, i), &hart->State.Fcsr);
        Next(hart, i + Long.Step, left, table);
    }

    /// <summary>From an integer register to a floating-point register.</summary>
    [MethodImpl(Hot)]
    public static void FromInteger<TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TOperation : struct, IFloatOperation
    {
        if (!IsReady(hart, i))
        {
            NotReady(hart, i, left, table);
            return;
        }
        Hart.F(hart)[i->Rd] = TOperation.Apply(Hart.X(hart)[i->Rs1], 0, (RoundingMode)Mode(hart, i), &hart->State.Fcsr);
        Next(hart, i + Long.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Load<TXlen, TMemory, TFormat, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TMemory : struct, IMemoryMode
        where TFormat : struct, ILoad
        where TLength : struct, ILength
    {
        var address = TXlen.Unsigned(Hart.X(hart)[i->Rs1] + (ulong)i->Immediate);
        if (hart->FloatReady == 0)
        {
            NotReady(hart, i, left, table);
            return;
        }
        if (!TMemory.CanLoad(hart, address, TFormat.SizeBytes))
        {
            SlowPath.Load(hart, i, left, table);
            return;
        }
        Hart.F(hart)[i->Rd] = TFormat.Read(TMemory.LoadHost(hart, address));
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Store<TXlen, TMemory, TFormat, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TMemory : struct, IMemoryMode
        where TFormat : struct, IStore
        where TLength : struct, ILength
    {
        var address = TXlen.Unsigned(Hart.X(hart)[i->Rs1] + (ulong)i->Immediate);
        if (hart->FloatReady == 0)
        {
            NotReady(hart, i, left, table);
            return;
        }
        if (!TMemory.CanStore(hart, address, TFormat.SizeBytes))
        {
            SlowPath.Store(hart, i, left, table);
            return;
        }
        TFormat.Write(TMemory.StoreHost(hart, address), Hart.F(hart)[i->Rd]);
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Cold)]
    private static void Exact<TFormat, TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TFormat : struct, IBoxedFormat
        where TOperation : struct, IFloatArithmetic
    {
        if (!IsReady(hart, i))
        {
            NotReady(hart, i, left, table);
            return;
        }
        var f = Hart.F(hart);
        f[i->Rd] = TFormat.Box(TOperation.Exact<TFormat>(
            TFormat.Unbox(f[i->Rs1]), TFormat.Unbox(f[i->Rs2]), (RoundingMode)Mode(hart, i), &hart->State.Fcsr));
        Next(hart, i + Long.Step, left, table);
    }

    [MethodImpl(Cold)]
    private static void ExactFused<TFormat, TSigns>(Hart* hart, Instruction* i, long left, nint* table)
        where TFormat : struct, IBoxedFormat
        where TSigns : struct, IFusedSigns
    {
        if (!IsReady(hart, i))
        {
            NotReady(hart, i, left, table);
            return;
        }
        var f = Hart.F(hart);
        var sign = Rounding<TFormat>.Sign(true);
        f[i->Rd] = TFormat.Box(EdgeHypervisor.Translation.FloatingPoint.Arithmetic<TFormat>.Fused(
            TFormat.Unbox(f[i->Rs1]) ^ (TSigns.NegatesProduct ? sign : 0),
            TFormat.Unbox(f[i->Rs2]),
            TFormat.Unbox(f[i->Rs3]) ^ (TSigns.NegatesAddend ? sign : 0),
            (RoundingMode)Mode(hart, i),
            &hart->State.Fcsr));
        Next(hart, i + Long.Step, left, table);
    }

    /// <summary>The rounding mode that the instruction or frm says; more than 4 is none.</summary>
    [MethodImpl(Inline)]
    private static uint Mode(Hart* hart, Instruction* i)
    {
        var mode = (uint)i->RoundingMode;
        return mode == (uint)RoundingMode.Dynamic ? hart->State.Fcsr >> 5 : mode;
    }

    [MethodImpl(Inline)]
    private static bool IsReady(Hart* hart, Instruction* i) =>
        hart->FloatReady != 0 && Mode(hart, i) <= (uint)RoundingMode.NearestMaximumMagnitude;

    // The first one makes mstatus.FS dirty, which may be said too early but never too late: privileged spec., 3.1.6.6.
    [MethodImpl(Cold)]
    private static void NotReady(Hart* hart, Instruction* i, long left, nint* table)
    {
        if ((hart->State.Mstatus & Status.Fs) == 0 || hart->FloatReady != 0)
        {
            var core = SlowPath.Begin(hart, i, left);
            SlowPath.Raise(hart, i, left, Cause.IllegalInstruction, core.BitsAtPc());
            return;
        }
        hart->State.Mstatus |= Status.Fs;
        hart->FloatReady = 1;
        ((Handler)table[i->Handler])(hart, i, left, table);
    }
}
