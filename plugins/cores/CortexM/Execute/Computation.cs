// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// Instructions that compute one register from up to three others: each a line, or a call of <see cref="Simd"/>.
/// Interpreter and translator share it.
/// </summary>
internal static unsafe class Computation
{
    /// <summary>Whether an instruction is one of these.</summary>
    public static bool Has(Op op) => op is >= Op.Movt and <= Op.Smmls;

    /// <summary>The result.</summary>
    /// <param name="cpu">Its saturation and GE flags may change.</param>
    /// <param name="i">The instruction.</param>
    /// <param name="n">The first operand.</param>
    /// <param name="m">The second operand; of insertions the old destination.</param>
    /// <param name="a">The third operand.</param>
    public static uint Evaluate(Cpu* cpu, Instruction* i, uint n, uint m, uint a) => i->Op switch
    {
        Op.Movt => (n & 0xFFFF) | i->Immediate << 16,
        Op.Mla => a + n * m,
        Op.Mls => a - n * m,
        Op.Sdiv => m == 0 ? 0 : (uint)((long)(int)n / (int)m),
        Op.Udiv => m == 0 ? 0 : n / m,
        Op.Clz => (uint)BitOperations.LeadingZeroCount(m),
        Op.Rbit => ReverseBits(m),
        Op.Rev => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(m),
        Op.Rev16 => (m & 0x00FF_00FF) << 8 | (m >> 8 & 0x00FF_00FF),
        Op.Revsh => (uint)(short)((m & 0xFF) << 8 | (m >> 8 & 0xFF)),
        Op.Sxtb or Op.Sxtab => n + (uint)(sbyte)BitOperations.RotateRight(m, i->Shift),
        Op.Sxth or Op.Sxtah => n + (uint)(short)BitOperations.RotateRight(m, i->Shift),
        Op.Uxtb or Op.Uxtab => n + (byte)BitOperations.RotateRight(m, i->Shift),
        Op.Uxth or Op.Uxtah => n + (ushort)BitOperations.RotateRight(m, i->Shift),
        Op.Bfi or Op.Bfc => Insert(m, n, i->Shift, (int)i->Immediate),
        Op.Sbfx => (uint)((int)(n << (32 - i->Shift - (int)i->Immediate)) >> (32 - (int)i->Immediate)),
        Op.Ubfx => n << (32 - i->Shift - (int)i->Immediate) >> (32 - (int)i->Immediate),
        Op.Ssat => SaturateSigned(cpu, (int)Shifter.Shift(n, i->ShiftKind, i->Shift, 0), (int)i->Immediate),
        Op.Usat => SaturateUnsigned(cpu, (int)Shifter.Shift(n, i->ShiftKind, i->Shift, 0), (int)i->Immediate),
        _ => Simd.Evaluate(cpu, i, n, m, a),
    };

    /// <summary>Into so many bits with a sign. Arm A2.2.1, SignedSatQ.</summary>
    public static uint SaturateSigned(Cpu* cpu, long value, int bits)
    {
        var limit = 1L << (bits - 1);
        var clamped = Math.Clamp(value, -limit, limit - 1);
        if (clamped != value) cpu->State.Saturated = 1;
        return (uint)clamped;
    }

    /// <summary>Into so many bits without a sign. Arm A2.2.1, UnsignedSatQ.</summary>
    public static uint SaturateUnsigned(Cpu* cpu, long value, int bits)
    {
        var clamped = Math.Clamp(value, 0, (1L << bits) - 1);
        if (clamped != value) cpu->State.Saturated = 1;
        return (uint)clamped;
    }

    private static uint Insert(uint old, uint field, int lowest, int width)
    {
        var mask = uint.MaxValue >> (32 - width) << lowest;
        return (old & ~mask) | (field << lowest & mask);
    }

    private static uint ReverseBits(uint value)
    {
        value = (value & 0x5555_5555) << 1 | (value >> 1 & 0x5555_5555);
        value = (value & 0x3333_3333) << 2 | (value >> 2 & 0x3333_3333);
        value = (value & 0x0F0F_0F0F) << 4 | (value >> 4 & 0x0F0F_0F0F);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
    }
}
