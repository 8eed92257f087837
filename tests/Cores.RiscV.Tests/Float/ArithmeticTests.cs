// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Results and flags in every rounding mode against exact rational arithmetic, over values that hurt.</summary>
public sealed unsafe class ArithmeticTests
{
    private const int Rounds = 4000;

    public static TheoryData<uint> Modes() => [0, 1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Singles_are_exact(uint mode) => Check<Float32>(new ExactOracle(23, 8), (RoundingMode)mode, 23, 8);

    [Theory]
    [MemberData(nameof(Modes))]
    public void Doubles_are_exact(uint mode) => Check<Float64>(new ExactOracle(52, 11), (RoundingMode)mode, 52, 11);

    private static void Check<TFormat>(ExactOracle oracle, RoundingMode mode, int fractionBits, int exponentBits)
        where TFormat : struct, IBoxedFormat
    {
        var random = new Random(20260 + (int)mode);
        for (var i = 0; i < Rounds; i++)
        {
            var (a, b, c) = (Finite(random, fractionBits, exponentBits), Finite(random, fractionBits, exponentBits), Finite(random, fractionBits, exponentBits));
            if (i % 3 == 0) b = Near(random, a, fractionBits, exponentBits);
            Compare("add", a, b, c, Sum(oracle, oracle.Value(a), oracle.Value(b), mode), Run(f => Arithmetic<TFormat>.Add(a, b, mode, f)));
            Compare("mul", a, b, c, Product(oracle, a, b, mode), Run(f => Arithmetic<TFormat>.Multiply(a, b, mode, f)));
            Compare("div", a, b, c, Quotient(oracle, a, b, mode), Run(f => Arithmetic<TFormat>.Divide(a, b, mode, f)));
            // An addend that nearly cancels the product is the hard case.
            if (i % 2 == 0) c = Run(f => Arithmetic<TFormat>.Multiply(a, b, RoundingMode.TowardZero, f)).Bits ^ 1UL << (fractionBits + exponentBits);
            if ((c >> fractionBits & ((1UL << exponentBits) - 1)) != (1UL << exponentBits) - 1)
                Compare("fma", a, b, c, FusedSum(oracle, a, b, c, mode), Run(f => Arithmetic<TFormat>.Fused(a, b, c, mode, f)));
            CheckRoot<TFormat>(oracle, a & ~(1UL << (fractionBits + exponentBits)), mode);
        }
    }

    private static (ulong Bits, uint Flags)? Sum(ExactOracle oracle, (BigInteger Integer, int Exponent) a, (BigInteger Integer, int Exponent) b, RoundingMode mode)
    {
        var exponent = Math.Min(a.Exponent, b.Exponent);
        var sum = (a.Integer << (a.Exponent - exponent)) + (b.Integer << (b.Exponent - exponent));
        return sum.IsZero ? null : oracle.Round(BigInteger.Abs(sum), 1, exponent, sum.Sign < 0, mode);
    }

    private static (ulong Bits, uint Flags)? Product(ExactOracle oracle, ulong a, ulong b, RoundingMode mode)
    {
        var (x, y) = (oracle.Value(a), oracle.Value(b));
        var product = x.Integer * y.Integer;
        return product.IsZero ? null : oracle.Round(BigInteger.Abs(product), 1, x.Exponent + y.Exponent, product.Sign < 0, mode);
    }

    private static (ulong Bits, uint Flags)? Quotient(ExactOracle oracle, ulong a, ulong b, RoundingMode mode)
    {
        var (x, y) = (oracle.Value(a), oracle.Value(b));
        if (x.Integer.IsZero || y.Integer.IsZero) return null;
        return oracle.Round(
            BigInteger.Abs(x.Integer), BigInteger.Abs(y.Integer), x.Exponent - y.Exponent, x.Integer.Sign != y.Integer.Sign, mode);
    }

    private static (ulong Bits, uint Flags)? FusedSum(ExactOracle oracle, ulong a, ulong b, ulong c, RoundingMode mode)
    {
        var (x, y) = (oracle.Value(a), oracle.Value(b));
        return Sum(oracle, (x.Integer * y.Integer, x.Exponent + y.Exponent), oracle.Value(c), mode);
    }

    // The root r is right when it lies between its neighbours' squares as the mode says; here: by the exact root of a
    // radicand scaled so far that what is cut off only matters as "not zero".
    private static void CheckRoot<TFormat>(ExactOracle oracle, ulong a, RoundingMode mode)
        where TFormat : struct, IBoxedFormat
    {
        var (integer, exponent) = oracle.Value(a);
        if (integer.IsZero) return;
        if ((exponent & 1) != 0) (integer, exponent) = (integer * 2, exponent - 1);
        const int scale = 160;
        var radicand = integer << (2 * scale);
        var root = SquareRoot(radicand);
        var sticky = root * root == radicand ? root * 2 : root * 2 + 1;
        Compare("sqrt", a, 0, 0, oracle.Round(sticky, 2, exponent / 2 - scale, false, mode), Run(f => Arithmetic<TFormat>.SquareRoot(a, mode, f)));
    }

    private static BigInteger SquareRoot(BigInteger radicand)
    {
        var root = BigInteger.One << (int)((radicand.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + radicand / root) / 2;
            if (next >= root) return root;
            root = next;
        }
    }

    private static void Compare(string what, ulong a, ulong b, ulong c, (ulong Bits, uint Flags)? expected, (ulong Bits, uint Flags) actual)
    {
        if (expected is { } e) Assert.True(e == actual, $"{what} {a:x} {b:x} {c:x}: {actual.Bits:x} {actual.Flags}, not {e.Bits:x} {e.Flags}");
    }

    private static (ulong Bits, uint Flags) Run(FlagsFunction operation)
    {
        var flags = 0u;
        var bits = operation(&flags);
        return (bits, flags);
    }

    private delegate ulong FlagsFunction(uint* flags);

    // Fractions of few or all bits, exponents from everywhere, often at the ends.
    private static ulong Finite(Random random, int fractionBits, int exponentBits)
    {
        var maximum = (1UL << exponentBits) - 2;
        var exponent = random.Next(6) switch
        {
            0 => 0UL,
            1 => (ulong)random.Next(4),
            2 => maximum - (ulong)random.Next(4),
            3 => (maximum >> 1) + (ulong)random.Next(-3, 4),
            _ => (ulong)random.NextInt64((long)maximum + 1),
        };
        var mask = (1UL << fractionBits) - 1;
        var fraction = random.Next(4) switch
        {
            0 => 0UL,
            1 => mask - (ulong)random.Next(3),
            2 => 1UL << random.Next(fractionBits),
            _ => (ulong)random.NextInt64() & mask,
        };
        return ((ulong)random.Next(2) << (fractionBits + exponentBits)) | exponent << fractionBits | fraction;
    }

    // About the same magnitude, often with the other sign.
    private static ulong Near(Random random, ulong value, int fractionBits, int exponentBits)
    {
        var near = value + (ulong)random.Next(-3, 4);
        var exponent = near >> fractionBits & ((1UL << exponentBits) - 1);
        if (exponent == (1UL << exponentBits) - 1) near = value;
        return near ^ (ulong)random.Next(2) << (fractionBits + exponentBits);
    }
}
