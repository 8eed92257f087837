// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.RiscV.Flow;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Handlers of instructions that compute from registers and immediates.</summary>
internal static unsafe class Alu
{
    [MethodImpl(Hot)]
    public static void Registers<TOperation, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TOperation : struct, IBinary
        where TLength : struct, ILength
    {
        var x = Hart.X(hart);
        x[i->Rd] = TOperation.Apply(x[i->Rs1], x[i->Rs2]);
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Immediate<TOperation, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TOperation : struct, IBinary
        where TLength : struct, ILength
    {
        var x = Hart.X(hart);
        x[i->Rd] = TOperation.Apply(x[i->Rs1], (ulong)i->Immediate);
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Register<TOperation>(Hart* hart, Instruction* i, long left, nint* table)
        where TOperation : struct, IUnary
    {
        var x = Hart.X(hart);
        x[i->Rd] = TOperation.Apply(x[i->Rs1]);
        Next(hart, i + Long.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void LoadUpper<TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TLength : struct, ILength
    {
        Hart.X(hart)[i->Rd] = (ulong)i->Immediate;
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void AddUpperToPc<TXlen>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
    {
        Hart.X(hart)[i->Rd] = TXlen.Result(Hart.PcOf(hart, i) + (ulong)i->Immediate);
        Next(hart, i + Long.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Nothing(Hart* hart, Instruction* i, long left, nint* table) => Next(hart, i + Long.Step, left, table);
}
