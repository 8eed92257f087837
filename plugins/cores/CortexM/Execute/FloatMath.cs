// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>
/// What floating-point instructions compute, exact in result and flags for every mode of FPSCR. Arm A2.4, A7.7. The
/// host computes only where its result is provably the same.
/// </summary>
internal static unsafe class FloatMath
{
    /// <summary>An instruction's rounding mode: 0 to 3 are ties away, ties to even, up, down.</summary>
    public const uint CurrentMode = 4;

    /// <inheritdoc cref="CurrentMode"/>
    public const uint TowardZero = 5;

    /// <summary>Beside a mode: a result that differs is inexact.</summary>
    public const uint RaisesInexact = 8;

    // FPSCR.
    private const uint InexactFlag = 1 << 4;
    private const uint InputDenormalFlag = 1 << 7;
    private const uint ModeMask = 3 << 22;
    private const uint FlushToZero = 1 << 24;
    private const uint DefaultNaN = 1 << 25;
    private const uint AlternativeHalf = 1 << 26;

    /// <summary>The bits of FPSCR that exist.</summary>
    public const uint FpscrMask = 0xF7C0_009F;

    /// <summary>Runs an instruction of registers.</summary>
    public static void Execute(Cpu* cpu, Instruction* i)
    {
        var isDouble = (i->Traits & InstructionTraits.Double) != 0;
        if ((cpu->State.Fpscr & FlushToZero) == 0)
        {
            if (isDouble) Execute<Binary64>(cpu, i);
            else Execute<Binary32>(cpu, i);
        }
        else if (isDouble)
        {
            Execute<FlushedBinary64>(cpu, i);
        }
        else
        {
            Execute<FlushedBinary32>(cpu, i);
        }
    }

    /// <summary>A sum, difference, product or quotient by the host where that is exact in value and flags: inexact stands already.</summary>
    public static bool TryHost(Cpu* cpu, Instruction* i)
    {
        if ((cpu->State.Fpscr & (ModeMask | FlushToZero | InexactFlag)) != InexactFlag) return false;
        var s = cpu->State.S;
        if ((i->Traits & InstructionTraits.Double) != 0)
        {
            var (a, b) = (*(double*)(s + i->Rn), *(double*)(s + i->Rm));
            var result = i->Op switch { Op.Vadd => a + b, Op.Vsub => a - b, Op.Vmul => a * b, _ => a / b };
            if (!IsSafelyNormal(BitConverter.DoubleToUInt64Bits(result), 52, 0x7FF)) return false;
            *(double*)(s + i->Rd) = result;
            return true;
        }
        var (x, y) = (*(float*)(s + i->Rn), *(float*)(s + i->Rm));
        var single = i->Op switch { Op.Vadd => x + y, Op.Vsub => x - y, Op.Vmul => x * y, _ => x / y };
        if (!IsSafelyNormal(BitConverter.SingleToUInt32Bits(single), 23, 0xFF)) return false;
        *(float*)(s + i->Rd) = single;
        return true;
    }

    // At least twice the smallest normal number and finite: neither a NaN, nor tiny, nor from a division by zero.
    private static bool IsSafelyNormal(ulong bits, int fractionBits, uint maximum) => ((uint)(bits >> fractionBits) & maximum) - 2 < maximum - 2;

    private static void Execute<TFormat>(Cpu* cpu, Instruction* i)
        where TFormat : struct, IArmFormat
    {
        var flags = 0u;
        var mode = Mode(cpu->State.Fpscr);
        var (d, n, m) = (Get<TFormat>(cpu, i->Rd), Get<TFormat>(cpu, i->Rn & 31u), Get<TFormat>(cpu, i->Rm & 31u));
        switch (i->Op)
        {
            case Op.Vmov: Set<TFormat>(cpu, i->Rd, m); return;
            case Op.Vabs: Set<TFormat>(cpu, i->Rd, m & ~Sign<TFormat>()); return;
            case Op.Vneg: Set<TFormat>(cpu, i->Rd, m ^ Sign<TFormat>()); return;
            case Op.VmovImmediate: Set<TFormat>(cpu, i->Rd, Expand<TFormat>(i->Immediate)); return;
            case Op.Vsel: Set<TFormat>(cpu, i->Rd, Conditions.Hold(cpu, SelectCondition(i->Immediate)) ? n : m); return;
            case Op.Vcmp or Op.Vcmpe or Op.VcmpZero or Op.VcmpeZero: Compare<TFormat>(cpu, i, d, m); return;
            case >= Op.VcvtToSigned and <= Op.VcvtSingleToHalf: Convert<TFormat>(cpu, i, mode); return;
        }
        if (i->Op is >= Op.Vmla and <= Op.Vfnms) d = Flush<TFormat>(cpu, d);
        if (UsesN(i->Op)) n = Flush<TFormat>(cpu, n);
        m = Flush<TFormat>(cpu, m);
        var sign = Sign<TFormat>();
        var result = i->Op switch
        {
            Op.Vsqrt => Arithmetic<TFormat>.SquareRoot(m, mode, &flags),
            Op.Vadd => Arithmetic<TFormat>.Add(n, m, mode, &flags),
            Op.Vsub => Arithmetic<TFormat>.Subtract(n, m, mode, &flags),
            Op.Vmul or Op.Vnmul or (>= Op.Vmla and <= Op.Vnmls) => Final<TFormat>(cpu, Arithmetic<TFormat>.Multiply(n, m, mode, &flags)),
            Op.Vdiv => Arithmetic<TFormat>.Divide(n, m, mode, &flags),
            Op.Vfma => Arithmetic<TFormat>.Fused(n, m, d, mode, &flags),
            Op.Vfms => Arithmetic<TFormat>.Fused(n ^ sign, m, d, mode, &flags),
            Op.Vfnma => Arithmetic<TFormat>.Fused(n ^ sign, m, d ^ sign, mode, &flags),
            Op.Vfnms => Arithmetic<TFormat>.Fused(n, m, d ^ sign, mode, &flags),
            Op.Vmaxnm => Extreme<TFormat>(n, m, isMaximum: true, &flags),
            Op.Vminnm => Extreme<TFormat>(n, m, isMaximum: false, &flags),
            _ => RoundToIntegral<TFormat>(m, ModeOf(i->Immediate, mode), (i->Immediate & RaisesInexact) != 0, &flags),
        };
        result = i->Op switch
        {
            Op.Vnmul => result ^ sign,
            Op.Vmla => Arithmetic<TFormat>.Add(d, result, mode, &flags),
            Op.Vmls => Arithmetic<TFormat>.Add(d, result ^ sign, mode, &flags),
            Op.Vnmla => Arithmetic<TFormat>.Add(d ^ sign, result ^ sign, mode, &flags),
            Op.Vnmls => Arithmetic<TFormat>.Add(d ^ sign, result, mode, &flags),
            _ => result,
        };
        Set<TFormat>(cpu, i->Rd, i->Op == Op.Vnmul ? result : Final<TFormat>(cpu, result));
        Accrue(cpu, flags);
    }

    private static bool UsesN(Op op) => op is (>= Op.Vadd and <= Op.Vfnms) or Op.Vmaxnm or Op.Vminnm;

    private static void Convert<TFormat>(Cpu* cpu, Instruction* i, RoundingMode mode)
        where TFormat : struct, IArmFormat
    {
        var flags = 0u;
        var s = cpu->State.S;
        var rounding = ModeOf(i->Immediate, mode);
        switch (i->Op)
        {
            case Op.VcvtToSigned: s[i->Rd] = (uint)Conversion<TFormat>.ToSigned(Source<TFormat>(cpu, i), 32, rounding, &flags); break;
            case Op.VcvtToUnsigned: s[i->Rd] = (uint)Conversion<TFormat>.ToUnsigned(Source<TFormat>(cpu, i), 32, rounding, &flags); break;
            case Op.VcvtFromSigned: Set<TFormat>(cpu, i->Rd, Conversion<TFormat>.FromSigned((int)s[i->Rm], mode, &flags)); break;
            case Op.VcvtFromUnsigned: Set<TFormat>(cpu, i->Rd, Conversion<TFormat>.FromUnsigned(s[i->Rm], mode, &flags)); break;
            case Op.VcvtSignedFixed or Op.VcvtUnsignedFixed: Set<TFormat>(cpu, i->Rd, ToFixed<TFormat>(cpu, i, &flags)); break;
            case Op.VcvtFromFixed: Set<TFormat>(cpu, i->Rd, FromFixed<TFormat>(Get<TFormat>(cpu, i->Rd), i, &flags)); break;
            case Op.VcvtPrecision when (i->Traits & InstructionTraits.Double) != 0: s[i->Rd] = (uint)Narrow(cpu, Source<TFormat>(cpu, i), mode, &flags); break;
            case Op.VcvtPrecision: Set<Binary64>(cpu, i->Rd, Final<Binary64>(cpu, Conversion<Binary64>.From<Binary32>(Source<TFormat>(cpu, i), mode, &flags))); break;
            case Op.VcvtHalfToSingle: Set<TFormat>(cpu, i->Rd, FromHalf<TFormat>(cpu, Half(s[i->Rm], i), mode, &flags)); break;
            default:
                var half = ToHalf<TFormat>(cpu, Source<TFormat>(cpu, i), mode, &flags);
                s[i->Rd] = (i->Traits & InstructionTraits.X) != 0 ? (s[i->Rd] & 0xFFFF) | half << 16 : (s[i->Rd] & 0xFFFF_0000) | half;
                break;
        }
        Accrue(cpu, flags);
    }

    private static uint Half(uint value, Instruction* i) => (i->Traits & InstructionTraits.X) != 0 ? value >> 16 : value & 0xFFFF;

    private static ulong Narrow(Cpu* cpu, ulong value, RoundingMode mode, uint* flags) => (cpu->State.Fpscr & FlushToZero) != 0
        ? Final<Binary32>(cpu, Conversion<FlushedBinary32>.From<Binary64>(value, mode, flags))
        : Final<Binary32>(cpu, Conversion<Binary32>.From<Binary64>(value, mode, flags));

    // Scaled by a power of two, which is exact, or so large that it saturates anyway. Arm A2.4.1, FPToFixed.
    private static ulong ToFixed<TFormat>(Cpu* cpu, Instruction* i, uint* flags)
        where TFormat : struct, IArmFormat
    {
        var value = Flush<TFormat>(cpu, Get<TFormat>(cpu, i->Rd));
        var ignored = 0u;
        if (!IsNaN<TFormat>(value)) value = Arithmetic<TFormat>.Multiply(value, PowerOfTwo<TFormat>((int)i->Immediate), RoundingMode.TowardZero, &ignored);
        if ((ignored & FloatFlags.Overflow) != 0) value = (value & Sign<TFormat>()) | Rounding<TFormat>.Infinity(false);
        return i->Op == Op.VcvtSignedFixed
            ? Extend<TFormat>((ulong)Conversion<TFormat>.ToSigned(value, i->Ra, RoundingMode.TowardZero, flags))
            : Conversion<TFormat>.ToUnsigned(value, i->Ra, RoundingMode.TowardZero, flags);
    }

    private static ulong Extend<TFormat>(ulong value)
        where TFormat : struct, IArmFormat => TFormat.FractionBits == 23 ? (uint)value : value;

    private static ulong FromFixed<TFormat>(ulong register, Instruction* i, uint* flags)
        where TFormat : struct, IArmFormat
    {
        var isUnsigned = (i->Traits & InstructionTraits.X) != 0;
        long value = i->Ra == 16 ? (isUnsigned ? (ushort)register : (short)register) : isUnsigned ? (uint)register : (int)register;
        if (value == 0) return 0;
        var magnitude = (ulong)Math.Abs(value);
        var shift = BitOperations.LeadingZeroCount(magnitude);
        return Rounding<TFormat>.Round(value < 0, 63 - shift - (int)i->Immediate, magnitude << shift, RoundingMode.NearestEven, flags);
    }

    private static ulong PowerOfTwo<TFormat>(int exponent)
        where TFormat : struct, IArmFormat => (ulong)(exponent + ((1 << (TFormat.ExponentBits - 1)) - 1)) << TFormat.FractionBits;

    // Alternative half precision has numbers where IEEE has infinities and NaNs. Arm A2.4.6.
    private static ulong FromHalf<TFormat>(Cpu* cpu, uint half, RoundingMode mode, uint* flags)
        where TFormat : struct, IArmFormat
    {
        const uint exponentMask = 0x7C00;
        const int largestExponent = 16;
        if ((cpu->State.Fpscr & AlternativeHalf) == 0 || (half & exponentMask) != exponentMask)
            return Final<TFormat>(cpu, Conversion<TFormat>.From<Binary16>(half, mode, flags));
        return Rounding<TFormat>.Sign((half & 0x8000) != 0) | PowerOfTwo<TFormat>(largestExponent) | (ulong)(half & 0x3FF) << (TFormat.FractionBits - 10);
    }

    private static uint ToHalf<TFormat>(Cpu* cpu, ulong value, RoundingMode mode, uint* flags)
        where TFormat : struct, IArmFormat
    {
        const int firstWideExponent = 14;
        const uint biasDifference = 16 << 10;
        if ((cpu->State.Fpscr & AlternativeHalf) == 0) return (uint)Final<Binary16>(cpu, Conversion<Binary16>.From<TFormat>(value, mode, flags));
        var unpacked = Unpacked.From<TFormat>(value);
        var sign = unpacked.IsNegative ? 0x8000u : 0;
        if (unpacked.IsNaN || unpacked.Class == FloatClass.Infinity)
        {
            *flags |= FloatFlags.Invalid;
            return unpacked.IsNaN ? sign : sign | 0x7FFF;
        }
        if (unpacked.Class == FloatClass.Zero || unpacked.Exponent < firstWideExponent) return (uint)Conversion<Binary16>.From<TFormat>(value, mode, flags);
        var own = 0u;
        var wide = (uint)Conversion<WideBinary16>.From<TFormat>(value, mode, &own) & 0xFFFF;
        if ((own & FloatFlags.Overflow) != 0 || wide - biasDifference > 0x7FFF)
        {
            *flags |= FloatFlags.Invalid;
            return sign | 0x7FFF;
        }
        *flags |= own;
        return sign | (wide - biasDifference);
    }

    // N, Z, C, V of FPSCR: unordered 0011, equal 0110, less 1000, greater 0010. Arm A2.4.5, FPCompare.
    private static void Compare<TFormat>(Cpu* cpu, Instruction* i, ulong d, ulong m)
        where TFormat : struct, IArmFormat
    {
        var flags = 0u;
        if (i->Op is Op.VcmpZero or Op.VcmpeZero) m = 0;
        (d, m) = (Flush<TFormat>(cpu, d), Flush<TFormat>(cpu, m));
        var isSignaling = i->Op is Op.Vcmpe or Op.VcmpeZero;
        uint result;
        if (IsNaN<TFormat>(d) || IsNaN<TFormat>(m))
        {
            result = 3;
            if (isSignaling || IsSignaling<TFormat>(d) || IsSignaling<TFormat>(m)) flags |= FloatFlags.Invalid;
        }
        else
        {
            result = FloatComparison<TFormat>.IsEqual(d, m, &flags) ? 6u : FloatComparison<TFormat>.IsLess(d, m, &flags) ? 8u : 2;
        }
        cpu->State.Fpscr = (cpu->State.Fpscr & 0x0FFF_FFFF) | result << 28;
        Accrue(cpu, flags);
    }

    // minNum and maxNum: a quiet NaN gives way to a number. Arm A2.4.4, FPMaxNum.
    private static ulong Extreme<TFormat>(ulong n, ulong m, bool isMaximum, uint* flags)
        where TFormat : struct, IArmFormat
    {
        var (nIsNaN, mIsNaN) = (IsNaN<TFormat>(n), IsNaN<TFormat>(m));
        if (IsSignaling<TFormat>(n) || IsSignaling<TFormat>(m) || (nIsNaN && mIsNaN)) return Arithmetic<TFormat>.Add(n, m, RoundingMode.NearestEven, flags);
        return isMaximum ? FloatComparison<TFormat>.Maximum(n, m, flags) : FloatComparison<TFormat>.Minimum(n, m, flags);
    }

    private static ulong RoundToIntegral<TFormat>(ulong value, RoundingMode mode, bool raisesInexact, uint* flags)
        where TFormat : struct, IArmFormat
    {
        var unpacked = Unpacked.From<TFormat>(value);
        if (unpacked.IsNaN) return Arithmetic<TFormat>.Add(value, value, mode, flags);
        if (unpacked.Class != FloatClass.Finite || unpacked.Exponent >= TFormat.FractionBits) return value;
        var own = 0u;
        var integer = Conversion<TFormat>.ToSigned(value, 64, mode, &own);
        if (raisesInexact) *flags |= own & FloatFlags.Inexact;
        return integer == 0 ? Rounding<TFormat>.Zero(unpacked.IsNegative) : Conversion<TFormat>.FromSigned(integer, mode, &own);
    }

    private static ulong Source<TFormat>(Cpu* cpu, Instruction* i)
        where TFormat : struct, IArmFormat => Flush<TFormat>(cpu, Get<TFormat>(cpu, i->Rm));

    // An operand that is subnormal counts as zero in flush-to-zero mode, and says so if it is one.
    private static ulong Flush<TFormat>(Cpu* cpu, ulong value)
        where TFormat : struct, IArmFormat
    {
        if (!TFormat.IsFlushed) return value;
        var magnitude = value & ~Sign<TFormat>();
        if (magnitude == 0 || magnitude >> TFormat.FractionBits != 0) return value;
        cpu->State.Fpscr |= InputDenormalFlag;
        return value & Sign<TFormat>();
    }

    private static ulong Final<TFormat>(Cpu* cpu, ulong result)
        where TFormat : struct, IArmFormat =>
        (cpu->State.Fpscr & DefaultNaN) != 0 && IsNaN<TFormat>(result) ? Rounding<TFormat>.NaN : result;

    private static bool IsNaN<TFormat>(ulong bits)
        where TFormat : struct, IArmFormat => (bits & ~Sign<TFormat>()) > Rounding<TFormat>.Infinity(false);

    private static bool IsSignaling<TFormat>(ulong bits)
        where TFormat : struct, IArmFormat => IsNaN<TFormat>(bits) && (bits >> (TFormat.FractionBits - 1) & 1) == 0;

    private static ulong Sign<TFormat>()
        where TFormat : struct, IArmFormat => Rounding<TFormat>.Sign(true);

    private static ulong Get<TFormat>(Cpu* cpu, uint register)
        where TFormat : struct, IArmFormat =>
        TFormat.FractionBits == 23 ? cpu->State.S[register] : *(ulong*)(cpu->State.S + (register & 30));

    private static void Set<TFormat>(Cpu* cpu, uint register, ulong value)
        where TFormat : struct, IArmFormat
    {
        if (TFormat.FractionBits == 23) cpu->State.S[register] = (uint)value;
        else *(ulong*)(cpu->State.S + (register & 30)) = value;
    }

    // Arm A6.4.1, VFPExpandImm.
    private static ulong Expand<TFormat>(uint imm8)
        where TFormat : struct, IArmFormat
    {
        var b = imm8 >> 6 & 1;
        var repeated = b != 0 ? (1UL << (TFormat.ExponentBits - 3)) - 1 : 0;
        var exponent = (ulong)(b ^ 1) << (TFormat.ExponentBits - 1) | repeated << 2 | (imm8 >> 4 & 3);
        return Rounding<TFormat>.Sign((imm8 & 0x80) != 0) | exponent << TFormat.FractionBits | (ulong)(imm8 & 0xF) << (TFormat.FractionBits - 4);
    }

    // VSEL: EQ, VS, GE, GT.
    private static uint SelectCondition(uint code) => code switch { 0 => 0, 1 => 6, 2 => 10, _ => 12 };

    private static RoundingMode Mode(uint fpscr) => (fpscr >> 22 & 3) switch
    {
        0 => RoundingMode.NearestEven,
        1 => RoundingMode.Up,
        2 => RoundingMode.Down,
        _ => RoundingMode.TowardZero,
    };

    private static RoundingMode ModeOf(uint code, RoundingMode current) => (code & ~RaisesInexact) switch
    {
        0 => RoundingMode.NearestMaximumMagnitude,
        1 => RoundingMode.NearestEven,
        2 => RoundingMode.Up,
        3 => RoundingMode.Down,
        TowardZero => RoundingMode.TowardZero,
        _ => current,
    };

    private static void Accrue(Cpu* cpu, uint flags)
    {
        if (flags == 0) return;
        cpu->State.Fpscr |=
            ((flags & FloatFlags.Invalid) != 0 ? 1u : 0) | ((flags & FloatFlags.DivideByZero) != 0 ? 2u : 0) | ((flags & FloatFlags.Overflow) != 0 ? 4u : 0)
            | ((flags & FloatFlags.Underflow) != 0 ? 8u : 0) | ((flags & FloatFlags.Inexact) != 0 ? InexactFlag : 0);
    }
}
