// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Handlers of data processing. Arm A4.4. Comparisons write to the slot that swallows.</summary>
internal static unsafe class DataProcessing
{
    [MethodImpl(Hot)]
    public static void Logical<TOperation, TOperand, TFlags>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TOperation : struct, ILogical
        where TOperand : struct, IOperand
        where TFlags : struct, IFlagMode
    {
        var r = Cpu.R(cpu);
        var result = TOperation.Apply(r[i->Rn], TOperand.Value(cpu, i));
        if (TFlags.SetsFlags)
        {
            cpu->State.Carry = TOperand.Carry(cpu, i); // before the destination, which may be the operand
            cpu->State.Negative = result;
            cpu->State.NotZero = result;
        }
        r[i->Rd] = result;
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Arithmetic<TOperation, TOperand, TFlags>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TOperation : struct, IArithmetic
        where TOperand : struct, IOperand
        where TFlags : struct, IFlagMode
    {
        var r = Cpu.R(cpu);
        var (x, y, carry) = TOperation.Terms(r[i->Rn], TOperand.Value(cpu, i), cpu->State.Carry);
        var wide = (ulong)x + y + carry;
        var result = (uint)wide;
        if (TFlags.SetsFlags)
        {
            cpu->State.Negative = result;
            cpu->State.NotZero = result;
            cpu->State.Carry = (uint)(wide >> 32);
            cpu->State.Overflow = ~(x ^ y) & (x ^ result);
        }
        r[i->Rd] = result;
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void ShiftByRegister<TFlags>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TFlags : struct, IFlagMode
    {
        var r = Cpu.R(cpu);
        var (result, carry) = Shifter.ByRegister(r[i->Rn], (ShiftKind)(i->Op - Op.LslRegister), r[i->Rm], cpu->State.Carry);
        if (TFlags.SetsFlags)
        {
            cpu->State.Negative = result;
            cpu->State.NotZero = result;
            cpu->State.Carry = carry;
        }
        r[i->Rd] = result;
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Multiply<TFlags>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TFlags : struct, IFlagMode
    {
        var r = Cpu.R(cpu);
        var result = r[i->Rn] * r[i->Rm];
        if (TFlags.SetsFlags) (cpu->State.Negative, cpu->State.NotZero) = (result, result);
        r[i->Rd] = result;
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>An instruction with r15 among its operands: the address of the instruction plus 4. Arm A5.1.2.</summary>
    [MethodImpl(Hot)]
    public static void WithPc(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        Cpu.R(cpu)[15] = (uint)Cpu.PcOf(cpu, i) + 4;
        ((Handler)table[i->Inner])(cpu, i, left, table);
    }

    /// <summary>A result for r13, whose lowest bits are always zero. Arm B1.4.7.</summary>
    [MethodImpl(Hot)]
    public static void ToSp(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        Cpu.R(cpu)[13] = Evaluate(cpu, i) & ~3u;
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>A result for r15: a jump. Arm A2.3.1, ALUWritePC.</summary>
    [MethodImpl(Hot)]
    public static void ToPc(Cpu* cpu, Instruction* i, long left, nint* table) => JumpTo(cpu, Evaluate(cpu, i) & ~1u, left, table);

    // Of the instructions that seldom have these destinations; no flags.
    [MethodImpl(Cold)]
    private static uint Evaluate(Cpu* cpu, Instruction* i)
    {
        var r = Cpu.R(cpu);
        r[15] = (uint)Cpu.PcOf(cpu, i) + 4;
        var carry = cpu->State.Carry;
        var b = (i->Inner & HandlerIndex.KindMask) == HandlerIndex.Immediate
            ? i->Immediate
            : Shifter.Shift(r[i->Rm], i->ShiftKind, i->Shift, carry);
        var a = r[i->Rn];
        return i->InnerOp switch
        {
            Op.And => a & b,
            Op.Bic => a & ~b,
            Op.Orr => a | b,
            Op.Orn => a | ~b,
            Op.Eor => a ^ b,
            Op.Mov => b,
            Op.Mvn => ~b,
            Op.Add => a + b,
            Op.Adc => a + b + carry,
            Op.Sub => a - b,
            Op.Sbc => a + ~b + carry,
            _ => b - a,
        };
    }
}
