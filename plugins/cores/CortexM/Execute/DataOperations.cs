// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Where the second operand of data processing comes from.</summary>
internal unsafe interface IOperand
{
    static abstract uint Value(Cpu* cpu, Instruction* i);

    /// <summary>The carry that a logical instruction leaves.</summary>
    static abstract uint Carry(Cpu* cpu, Instruction* i);
}

/// <summary>A logical instruction: the carry comes from the operand.</summary>
internal interface ILogical
{
    static abstract uint Apply(uint a, uint b);
}

/// <summary>An instruction that is an addition of three numbers. Arm A2.2.1, AddWithCarry.</summary>
internal interface IArithmetic
{
    static abstract (uint X, uint Y, uint CarryIn) Terms(uint a, uint b, uint carry);
}

/// <summary>Whether an instruction sets the condition flags.</summary>
internal interface IFlagMode
{
    static abstract bool SetsFlags { get; }
}

/// <summary>The kinds of operands, operations and flag modes that handlers are put together from.</summary>
internal static unsafe class DataOperations
{
    public readonly struct Immediate : IOperand
    {
        [MethodImpl(Flow.Inline)]
        public static uint Value(Cpu* cpu, Instruction* i) => i->Immediate;

        [MethodImpl(Flow.Inline)]
        public static uint Carry(Cpu* cpu, Instruction* i) => i->Shift == 0 ? cpu->State.Carry : i->Shift - 1u;
    }

    public readonly struct Register : IOperand
    {
        [MethodImpl(Flow.Inline)]
        public static uint Value(Cpu* cpu, Instruction* i) => Cpu.R(cpu)[i->Rm];

        [MethodImpl(Flow.Inline)]
        public static uint Carry(Cpu* cpu, Instruction* i) => cpu->State.Carry;
    }

    public readonly struct Shifted : IOperand
    {
        [MethodImpl(Flow.Inline)]
        public static uint Value(Cpu* cpu, Instruction* i) => Shifter.Shift(Cpu.R(cpu)[i->Rm], i->ShiftKind, i->Shift, cpu->State.Carry);

        [MethodImpl(Flow.Inline)]
        public static uint Carry(Cpu* cpu, Instruction* i) => Shifter.CarryOut(Cpu.R(cpu)[i->Rm], i->ShiftKind, i->Shift, cpu->State.Carry);
    }

    public readonly struct Sets : IFlagMode
    {
        public static bool SetsFlags => true;
    }

    public readonly struct Keeps : IFlagMode
    {
        public static bool SetsFlags => false;
    }

    public readonly struct And : ILogical
    {
        public static uint Apply(uint a, uint b) => a & b;
    }

    public readonly struct Bic : ILogical
    {
        public static uint Apply(uint a, uint b) => a & ~b;
    }

    public readonly struct Orr : ILogical
    {
        public static uint Apply(uint a, uint b) => a | b;
    }

    public readonly struct Orn : ILogical
    {
        public static uint Apply(uint a, uint b) => a | ~b;
    }

    public readonly struct Eor : ILogical
    {
        public static uint Apply(uint a, uint b) => a ^ b;
    }

    public readonly struct Mov : ILogical
    {
        public static uint Apply(uint a, uint b) => b;
    }

    public readonly struct Mvn : ILogical
    {
        public static uint Apply(uint a, uint b) => ~b;
    }

    public readonly struct Add : IArithmetic
    {
        public static (uint, uint, uint) Terms(uint a, uint b, uint carry) => (a, b, 0);
    }

    public readonly struct Adc : IArithmetic
    {
        public static (uint, uint, uint) Terms(uint a, uint b, uint carry) => (a, b, carry);
    }

    public readonly struct Sub : IArithmetic
    {
        public static (uint, uint, uint) Terms(uint a, uint b, uint carry) => (a, ~b, 1);
    }

    public readonly struct Sbc : IArithmetic
    {
        public static (uint, uint, uint) Terms(uint a, uint b, uint carry) => (a, ~b, carry);
    }

    public readonly struct Rsb : IArithmetic
    {
        public static (uint, uint, uint) Terms(uint a, uint b, uint carry) => (~a, b, 1);
    }
}
