// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>The DSP extension: two halves or four bytes at once, and multiplications of halves. Arm A4.4.3 to A4.4.7.</summary>
internal static unsafe class Simd
{
    /// <summary>One result of <see cref="Computation"/>'s kind.</summary>
    public static uint Evaluate(Cpu* cpu, Instruction* i, uint n, uint m, uint a) => i->Op switch
    {
        Op.Sxtb16 or Op.Sxtab16 => ExtendHalves(n, BitOperations.RotateRight(m, i->Shift), isSigned: true),
        Op.Uxtb16 or Op.Uxtab16 => ExtendHalves(n, BitOperations.RotateRight(m, i->Shift), isSigned: false),
        Op.Ssat16 => Pack(
            Computation.SaturateSigned(cpu, (short)n, (int)i->Immediate),
            Computation.SaturateSigned(cpu, (short)(n >> 16), (int)i->Immediate)),
        Op.Usat16 => Pack(
            Computation.SaturateUnsigned(cpu, (short)n, (int)i->Immediate),
            Computation.SaturateUnsigned(cpu, (short)(n >> 16), (int)i->Immediate)),
        Op.Pkhbt => Pack(n, Shifter.Shift(m, i->ShiftKind, i->Shift, 0) >> 16),
        Op.Pkhtb => Pack(Shifter.Shift(m, i->ShiftKind, i->Shift, 0), n >> 16),
        Op.Sel => Select(n, m, cpu->State.GreaterEqual),
        Op.Qadd => Computation.SaturateSigned(cpu, (long)(int)m + (int)n, 32),
        Op.Qsub => Computation.SaturateSigned(cpu, (long)(int)m - (int)n, 32),
        Op.Qdadd => Computation.SaturateSigned(cpu, (long)(int)m + (int)Computation.SaturateSigned(cpu, 2L * (int)n, 32), 32),
        Op.Qdsub => Computation.SaturateSigned(cpu, (long)(int)m - (int)Computation.SaturateSigned(cpu, 2L * (int)n, 32), 32),
        >= Op.Sadd8 and <= Op.Uhsub16 => Parallel(cpu, i->Op, n, m),
        Op.Usad8 or Op.Usada8 => a + SumOfDifferences(n, m),
        Op.Smul or Op.Smla => Accumulate(cpu, Half(n, i->Traits & InstructionTraits.X) * (long)Half(m, i->Traits & InstructionTraits.Y), a),
        Op.Smulw or Op.Smlaw => Accumulate(cpu, (int)n * (long)Half(m, i->Traits & InstructionTraits.X) >> 16, a),
        Op.Smuad or Op.Smlad => Accumulate(cpu, Products(i, n, m, add: true), a),
        Op.Smusd or Op.Smlsd => Accumulate(cpu, Products(i, n, m, add: false), a),
        Op.Smmul or Op.Smmla => (uint)((((long)a << 32) + (long)(int)n * (int)m + Round(i)) >> 32),
        Op.Smmls => (uint)((((long)a << 32) - (long)(int)n * (int)m + Round(i)) >> 32),
        _ => throw new ArgumentOutOfRangeException(nameof(i), i->Op, "computes no register"),
    };

    /// <summary>The sum or difference of the products of halves; X crosses the second operand's.</summary>
    public static long Products(Instruction* i, uint n, uint m, bool add)
    {
        if ((i->Traits & InstructionTraits.X) != 0) m = BitOperations.RotateRight(m, 16);
        var (low, high) = ((long)(short)n * (short)m, (long)(short)(n >> 16) * (short)(m >> 16));
        return add ? low + high : low - high;
    }

    /// <summary>A half of a register with its sign: the upper one where the trait is there.</summary>
    public static int Half(uint value, InstructionTraits upper) => upper != 0 ? (short)(value >> 16) : (short)value;

    // The sum wraps, and Q says so.
    private static uint Accumulate(Cpu* cpu, long product, uint a)
    {
        var sum = product + (int)a;
        if (sum != (int)sum) cpu->State.Saturated = 1;
        return (uint)sum;
    }

    private static long Round(Instruction* i) => (i->Traits & InstructionTraits.X) != 0 ? 0x8000_0000 : 0;

    private static uint Pack(uint low, uint high) => (low & 0xFFFF) | high << 16;

    private static uint ExtendHalves(uint n, uint m, bool isSigned) => isSigned
        ? Pack(n + (uint)(sbyte)m, (n >> 16) + (uint)(sbyte)(m >> 16))
        : Pack(n + (byte)m, (n >> 16) + (byte)(m >> 16));

    private static uint Select(uint n, uint m, uint greaterEqual)
    {
        var mask = 0u;
        for (var lane = 0; lane < 4; lane++)
        {
            if ((greaterEqual >> lane & 1) != 0) mask |= 0xFFu << (lane * 8);
        }
        return (n & mask) | (m & ~mask);
    }

    private static uint SumOfDifferences(uint n, uint m)
    {
        var sum = 0u;
        for (var shift = 0; shift < 32; shift += 8) sum += (uint)Math.Abs((int)(byte)(n >> shift) - (byte)(m >> shift));
        return sum;
    }

    // Six operations in six families, in the enumeration's order.
    private static uint Parallel(Cpu* cpu, Op op, uint n, uint m)
    {
        var family = (op - Op.Sadd8) / 6;
        var isUnsigned = family >= 3;
        return ((op - Op.Sadd8) % 6) switch
        {
            0 => Bytes(cpu, n, m, family, isUnsigned, subtract: false),
            1 => Halves(cpu, family, isUnsigned, Lane(n, 0, isUnsigned) + Lane(m, 0, isUnsigned), false, Lane(n, 16, isUnsigned) + Lane(m, 16, isUnsigned), false),
            2 => Halves(cpu, family, isUnsigned, Lane(n, 0, isUnsigned) - Lane(m, 16, isUnsigned), true, Lane(n, 16, isUnsigned) + Lane(m, 0, isUnsigned), false),
            3 => Halves(cpu, family, isUnsigned, Lane(n, 0, isUnsigned) + Lane(m, 16, isUnsigned), false, Lane(n, 16, isUnsigned) - Lane(m, 0, isUnsigned), true),
            4 => Bytes(cpu, n, m, family, isUnsigned, subtract: true),
            _ => Halves(cpu, family, isUnsigned, Lane(n, 0, isUnsigned) - Lane(m, 0, isUnsigned), true, Lane(n, 16, isUnsigned) - Lane(m, 16, isUnsigned), true),
        };
    }

    private static int Lane(uint value, int shift, bool isUnsigned) => isUnsigned ? (ushort)(value >> shift) : (short)(value >> shift);

    private static uint Halves(Cpu* cpu, int family, bool isUnsigned, int low, bool lowIsDifference, int high, bool highIsDifference)
    {
        if (IsPlain(family))
        {
            cpu->State.GreaterEqual = (IsGreaterEqual(low, isUnsigned, lowIsDifference, 16) ? 3u : 0)
                | (IsGreaterEqual(high, isUnsigned, highIsDifference, 16) ? 12u : 0);
        }
        return Pack(Finish(low, family, 16), Finish(high, family, 16));
    }

    private static uint Bytes(Cpu* cpu, uint n, uint m, int family, bool isUnsigned, bool subtract)
    {
        var (result, greaterEqual) = (0u, 0u);
        for (var lane = 0; lane < 4; lane++)
        {
            var (x, y) = isUnsigned
                ? ((int)(byte)(n >> (lane * 8)), (int)(byte)(m >> (lane * 8)))
                : ((sbyte)(n >> (lane * 8)), (sbyte)(m >> (lane * 8)));
            var value = subtract ? x - y : x + y;
            if (IsGreaterEqual(value, isUnsigned, subtract, 8)) greaterEqual |= 1u << lane;
            result |= (Finish(value, family, 8) & 0xFF) << (lane * 8);
        }
        if (IsPlain(family)) cpu->State.GreaterEqual = greaterEqual;
        return result;
    }

    private static bool IsPlain(int family) => family is 0 or 3;

    // Signed: not negative. Unsigned: a sum with a carry, a difference without a borrow.
    private static bool IsGreaterEqual(int value, bool isUnsigned, bool isDifference, int bits) =>
        !isUnsigned || isDifference ? value >= 0 : value >= 1 << bits;

    private static uint Finish(int value, int family, int bits) => family switch
    {
        1 => (uint)Math.Clamp(value, -(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        4 => (uint)Math.Clamp(value, 0, (1 << bits) - 1),
        2 or 5 => (uint)(value >> 1),
        _ => (uint)value,
    };
}
