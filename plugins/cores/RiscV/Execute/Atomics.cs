// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.RiscV.Flow;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Handlers of A. A machine has one hart and devices run on its turn, so a read and a write in one handler are atomic.
/// </summary>
internal static unsafe class Atomics
{
    [MethodImpl(Hot)]
    public static void ReadModifyWrite<TXlen, TMemory, TWidth, TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TMemory : struct, IMemoryMode
        where TWidth : struct, IWidth
        where TOperation : struct, IBinary
    {
        var x = Hart.X(hart);
        var address = TXlen.Unsigned(x[i->Rs1]);
        if (!TMemory.CanLoad(hart, address, SizeOf<TWidth>()) || !TMemory.CanStore(hart, address, SizeOf<TWidth>()))
        {
            SlowPath.Atomic<TOperation>(hart, i, left, table);
            return;
        }
        var host = TMemory.StoreHost(hart, address);
        var old = Read<TWidth>(host);
        Write<TWidth>(host, TOperation.Apply(old, TWidth.Result(x[i->Rs2])));
        x[i->Rd] = old;
        Next(hart, i + Long.Step, left, table);
    }

    private static ulong SizeOf<TWidth>() where TWidth : struct, IWidth => (ulong)TWidth.Bits / 8;

    // SAFETY: the caller has checked that an aligned access of the width lies in RAM.
    [MethodImpl(Inline)]
    private static ulong Read<TWidth>(byte* host) where TWidth : struct, IWidth =>
        TWidth.Bits == 32 ? (ulong)*(int*)host : *(ulong*)host;

    [MethodImpl(Inline)]
    private static void Write<TWidth>(byte* host, ulong value) where TWidth : struct, IWidth
    {
        if (TWidth.Bits == 32) *(uint*)host = (uint)value;
        else *(ulong*)host = value;
    }

    public readonly struct Swap : IBinary
    {
        public static ulong Apply(ulong old, ulong operand) => operand;
    }

    public readonly struct Minimum : IBinary
    {
        public static ulong Apply(ulong old, ulong operand) => (long)old < (long)operand ? old : operand;
    }

    public readonly struct Maximum : IBinary
    {
        public static ulong Apply(ulong old, ulong operand) => (long)old > (long)operand ? old : operand;
    }

    public readonly struct MinimumUnsigned : IBinary
    {
        public static ulong Apply(ulong old, ulong operand) => Math.Min(old, operand);
    }

    public readonly struct MaximumUnsigned : IBinary
    {
        public static ulong Apply(ulong old, ulong operand) => Math.Max(old, operand);
    }
}
