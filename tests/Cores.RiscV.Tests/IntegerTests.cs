// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Every computing instruction over edge values, against formulas on integers without bounds.</summary>
public sealed class IntegerTests
{
    private const string Isa = "imac_zba_zbb_zbs_zicond";

    private static readonly ulong[] Values =
    [
        0, 1, 2, 31, 32, 63, 64, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, ulong.MaxValue, ulong.MaxValue - 1, 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210,
    ];

    /// <summary>Name, opcode, funct3, funct7; the formula takes both operands as the width's signed numbers, and the width.</summary>
    private static readonly (string Name, int Opcode, int Funct3, int Funct7, Func<BigInteger, BigInteger, int, BigInteger> Formula)[] Native =
    [
        ("add", 0x33, 0, 0x00, (a, b, w) => a + b),
        ("sub", 0x33, 0, 0x20, (a, b, w) => a - b),
        ("sll", 0x33, 1, 0x00, (a, b, w) => a << Shift(b, w)),
        ("slt", 0x33, 2, 0x00, (a, b, w) => a < b ? 1 : 0),
        ("sltu", 0x33, 3, 0x00, (a, b, w) => U(a, w) < U(b, w) ? 1 : 0),
        ("xor", 0x33, 4, 0x00, (a, b, w) => a ^ b),
        ("srl", 0x33, 5, 0x00, (a, b, w) => U(a, w) >> Shift(b, w)),
        ("sra", 0x33, 5, 0x20, (a, b, w) => a >> Shift(b, w)),
        ("or", 0x33, 6, 0x00, (a, b, w) => a | b),
        ("and", 0x33, 7, 0x00, (a, b, w) => a & b),
        ("mul", 0x33, 0, 0x01, (a, b, w) => a * b),
        ("mulh", 0x33, 1, 0x01, (a, b, w) => a * b >> w),
        ("mulhsu", 0x33, 2, 0x01, (a, b, w) => a * U(b, w) >> w),
        ("mulhu", 0x33, 3, 0x01, (a, b, w) => U(a, w) * U(b, w) >> w),
        ("div", 0x33, 4, 0x01, (a, b, w) => b.IsZero ? -1 : BigInteger.Divide(a, b)),
        ("divu", 0x33, 5, 0x01, (a, b, w) => b.IsZero ? -1 : U(a, w) / U(b, w)),
        ("rem", 0x33, 6, 0x01, (a, b, w) => b.IsZero ? a : BigInteger.Remainder(a, b)),
        ("remu", 0x33, 7, 0x01, (a, b, w) => b.IsZero ? a : U(a, w) % U(b, w)),
        ("sh1add", 0x33, 2, 0x10, (a, b, w) => (a << 1) + b),
        ("sh2add", 0x33, 4, 0x10, (a, b, w) => (a << 2) + b),
        ("sh3add", 0x33, 6, 0x10, (a, b, w) => (a << 3) + b),
        ("andn", 0x33, 7, 0x20, (a, b, w) => a & ~b),
        ("orn", 0x33, 6, 0x20, (a, b, w) => a | ~b),
        ("xnor", 0x33, 4, 0x20, (a, b, w) => ~(a ^ b)),
        ("max", 0x33, 6, 0x05, (a, b, w) => BigInteger.Max(a, b)),
        ("maxu", 0x33, 7, 0x05, (a, b, w) => BigInteger.Max(U(a, w), U(b, w))),
        ("min", 0x33, 4, 0x05, (a, b, w) => BigInteger.Min(a, b)),
        ("minu", 0x33, 5, 0x05, (a, b, w) => BigInteger.Min(U(a, w), U(b, w))),
        ("rol", 0x33, 1, 0x30, (a, b, w) => U(a, w) << Shift(b, w) | U(a, w) >> (w - Shift(b, w))),
        ("ror", 0x33, 5, 0x30, (a, b, w) => U(a, w) >> Shift(b, w) | U(a, w) << (w - Shift(b, w))),
        ("bclr", 0x33, 1, 0x24, (a, b, w) => a & ~(BigInteger.One << Shift(b, w))),
        ("bext", 0x33, 5, 0x24, (a, b, w) => U(a, w) >> Shift(b, w) & 1),
        ("binv", 0x33, 1, 0x34, (a, b, w) => a ^ BigInteger.One << Shift(b, w)),
        ("bset", 0x33, 1, 0x14, (a, b, w) => a | BigInteger.One << Shift(b, w)),
        ("czero.eqz", 0x33, 5, 0x07, (a, b, w) => b.IsZero ? 0 : a),
        ("czero.nez", 0x33, 7, 0x07, (a, b, w) => b.IsZero ? a : 0),
    ];

    private static readonly (string Name, int Funct3, int Funct7, Func<BigInteger, BigInteger, int, BigInteger> Formula)[] Words =
    [
        ("addw", 0, 0x00, (a, b, w) => a + b),
        ("subw", 0, 0x20, (a, b, w) => a - b),
        ("sllw", 1, 0x00, (a, b, w) => a << Shift(b, w)),
        ("srlw", 5, 0x00, (a, b, w) => U(a, w) >> Shift(b, w)),
        ("sraw", 5, 0x20, (a, b, w) => a >> Shift(b, w)),
        ("mulw", 0, 0x01, (a, b, w) => a * b),
        ("divw", 4, 0x01, (a, b, w) => b.IsZero ? -1 : BigInteger.Divide(a, b)),
        ("divuw", 5, 0x01, (a, b, w) => b.IsZero ? -1 : U(a, w) / U(b, w)),
        ("remw", 6, 0x01, (a, b, w) => b.IsZero ? a : BigInteger.Remainder(a, b)),
        ("remuw", 7, 0x01, (a, b, w) => b.IsZero ? a : U(a, w) % U(b, w)),
        ("rolw", 1, 0x30, (a, b, w) => U(a, w) << Shift(b, w) | U(a, w) >> (w - Shift(b, w))),
        ("rorw", 5, 0x30, (a, b, w) => U(a, w) >> Shift(b, w) | U(a, w) << (w - Shift(b, w))),
    ];

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Register_instructions_compute_their_formula(int xlen)
    {
        using var hart = new TestHart($"rv{xlen}{Isa}");
        foreach (var (name, opcode, funct3, funct7, formula) in Native)
            CheckAll(hart, name, R(opcode, funct3, funct7, A0, A1, A2), xlen, xlen, formula);
    }

    [Fact]
    public void Word_instructions_compute_in_32_bits()
    {
        using var hart = new TestHart($"rv64{Isa}");
        foreach (var (name, funct3, funct7, formula) in Words)
            CheckAll(hart, name, R(0x3B, funct3, funct7, A0, A1, A2), 64, 32, formula);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Counts_extensions_and_byte_orders_compute_their_formula(int xlen)
    {
        using var hart = new TestHart($"rv{xlen}{Isa}");
        CheckAll(hart, "clz", I(0x13, 1, A0, A1, 0x600), xlen, xlen, (a, _, w) => w - (int)U(a, w).GetBitLength());
        CheckAll(hart, "ctz", I(0x13, 1, A0, A1, 0x601), xlen, xlen, (a, _, w) => a.IsZero ? w : (int)BigInteger.TrailingZeroCount(a));
        CheckAll(hart, "cpop", I(0x13, 1, A0, A1, 0x602), xlen, xlen, (a, _, w) => BigInteger.PopCount(U(a, w)));
        CheckAll(hart, "sext.b", I(0x13, 1, A0, A1, 0x604), xlen, xlen, (a, _, _) => (sbyte)(byte)(a & 0xFF));
        CheckAll(hart, "sext.h", I(0x13, 1, A0, A1, 0x605), xlen, xlen, (a, _, _) => (short)(ushort)(a & 0xFFFF));
        CheckAll(hart, "zext.h", R(xlen == 32 ? 0x33 : 0x3B, 4, 0x04, A0, A1, 0), xlen, xlen, (a, _, _) => a & 0xFFFF);
        CheckAll(hart, "orc.b", I(0x13, 5, A0, A1, 0x287), xlen, xlen, (a, _, w) => OfBytes(Bytes(a, w).Select(b => b == 0 ? (byte)0 : (byte)0xFF)));
        CheckAll(hart, "rev8", I(0x13, 5, A0, A1, xlen == 32 ? 0x698 : 0x6B8), xlen, xlen, (a, _, w) => OfBytes(Bytes(a, w).Reverse()));
    }

    [Fact]
    public void Unsigned_word_addressing_zero_extends_its_first_operand()
    {
        using var hart = new TestHart($"rv64{Isa}");
        CheckAll(hart, "add.uw", R(0x3B, 0, 0x04, A0, A1, A2), 64, 64, (a, b, _) => U(a, 32) + b);
        CheckAll(hart, "sh1add.uw", R(0x3B, 2, 0x10, A0, A1, A2), 64, 64, (a, b, _) => (U(a, 32) << 1) + b);
        CheckAll(hart, "sh2add.uw", R(0x3B, 4, 0x10, A0, A1, A2), 64, 64, (a, b, _) => (U(a, 32) << 2) + b);
        CheckAll(hart, "sh3add.uw", R(0x3B, 6, 0x10, A0, A1, A2), 64, 64, (a, b, _) => (U(a, 32) << 3) + b);
        CheckAll(hart, "slli.uw 35", I(0x1B, 1, A0, A1, 0x080 | 35), 64, 64, (a, _, _) => U(a, 32) << 35);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Immediate_instructions_compute_their_formula(int xlen)
    {
        using var hart = new TestHart($"rv{xlen}{Isa}");
        foreach (var immediate in new[] { 0, 1, -1, 2047, -2048 })
        {
            CheckAll(hart, "addi", I(0x13, 0, A0, A1, immediate), xlen, xlen, (a, _, _) => a + immediate);
            CheckAll(hart, "slti", I(0x13, 2, A0, A1, immediate), xlen, xlen, (a, _, _) => a < immediate ? 1 : 0);
            CheckAll(hart, "sltiu", I(0x13, 3, A0, A1, immediate), xlen, xlen, (a, _, w) => U(a, w) < U(immediate, w) ? 1 : 0);
            CheckAll(hart, "xori", I(0x13, 4, A0, A1, immediate), xlen, xlen, (a, _, _) => a ^ immediate);
            CheckAll(hart, "ori", I(0x13, 6, A0, A1, immediate), xlen, xlen, (a, _, _) => a | immediate);
            CheckAll(hart, "andi", I(0x13, 7, A0, A1, immediate), xlen, xlen, (a, _, _) => a & immediate);
        }
        foreach (var shift in new[] { 0, 1, 31, xlen - 1 })
        {
            CheckAll(hart, "slli", I(0x13, 1, A0, A1, shift), xlen, xlen, (a, _, _) => a << shift);
            CheckAll(hart, "srli", I(0x13, 5, A0, A1, shift), xlen, xlen, (a, _, w) => U(a, w) >> shift);
            CheckAll(hart, "srai", I(0x13, 5, A0, A1, 0x400 | shift), xlen, xlen, (a, _, _) => a >> shift);
            CheckAll(hart, "rori", I(0x13, 5, A0, A1, 0x600 | shift), xlen, xlen, (a, _, w) => U(a, w) >> shift | U(a, w) << (w - shift));
            CheckAll(hart, "bexti", I(0x13, 5, A0, A1, 0x480 | shift), xlen, xlen, (a, _, w) => U(a, w) >> shift & 1);
        }
    }

    [Theory]
    [InlineData(0, "==")]
    [InlineData(1, "!=")]
    [InlineData(4, "<")]
    [InlineData(5, ">=")]
    [InlineData(6, "<u")]
    [InlineData(7, ">=u")]
    public void Branches_are_taken_when_their_condition_holds(int funct3, string condition)
    {
        using var hart = new TestHart();
        hart.Load(B(funct3, A1, A2, 0x80)).Load(GuestRam.Start + 0x80, Jal(Zero, 0));
        foreach (var a in Values)
        {
            foreach (var b in Values)
            {
                var taken = condition switch
                {
                    "==" => a == b,
                    "!=" => a != b,
                    "<" => (long)a < (long)b,
                    ">=" => (long)a >= (long)b,
                    "<u" => a < b,
                    _ => a >= b,
                };
                hart.Core.State.Pc = GuestRam.Start;
                (hart[A1], hart[A2]) = (a, b);
                hart.Core.Run(1);
                Assert.True(hart.Pc == GuestRam.Start + (taken ? 0x80UL : 4), $"{a:x} {condition} {b:x}");
            }
        }
    }

    [Theory]
    [InlineData(0x00, "+")]
    [InlineData(0x01, "swap")]
    [InlineData(0x04, "^")]
    [InlineData(0x08, "|")]
    [InlineData(0x0C, "&")]
    [InlineData(0x10, "min")]
    [InlineData(0x14, "max")]
    [InlineData(0x18, "minu")]
    [InlineData(0x1C, "maxu")]
    public void Atomics_return_the_old_value_and_leave_the_new_one(int funct5, string operation)
    {
        using var hart = new TestHart();
        hart.Load(Amo(funct5, isDouble: true, A0, A1, A2));
        foreach (var old in Values)
        {
            foreach (var operand in Values)
            {
                hart.Core.State.Pc = GuestRam.Start;
                (hart[A1], hart[A2]) = (GuestRam.Start + 0x1000, operand);
                Assert.True(hart.Ram.TryWrite(GuestRam.Start + 0x1000, BitConverter.GetBytes(old)));
                hart.Core.Run(1);
                var expected = operation switch
                {
                    "+" => old + operand,
                    "swap" => operand,
                    "^" => old ^ operand,
                    "|" => old | operand,
                    "&" => old & operand,
                    "min" => (ulong)Math.Min((long)old, (long)operand),
                    "max" => (ulong)Math.Max((long)old, (long)operand),
                    "minu" => Math.Min(old, operand),
                    _ => Math.Max(old, operand),
                };
                Assert.Equal((old, expected), (hart[A0], BitConverter.ToUInt64(hart.Ram.Bytes[0x1000..])));
            }
        }
    }

    [Fact]
    public void A_store_conditional_succeeds_once_after_its_reservation_and_not_elsewhere()
    {
        using var hart = new TestHart();
        (hart[A1], hart[A2], hart[A3]) = (GuestRam.Start + 0x1000, 42, GuestRam.Start + 0x1008);
        uint lr = Amo(2, false, T0, A1, 0), sc = Amo(3, false, T1, A1, A2), elsewhere = Amo(3, false, T2, A3, A2);
        hart.Load(sc, lr, elsewhere, sc, lr, sc, sc);
        var results = new List<ulong>();
        for (var i = 0; i < 7; i++)
        {
            (hart[T1], hart[T2]) = (9, 9);
            hart.Core.Run(1);
            results.Add(hart[T1] != 9 ? hart[T1] : hart[T2]);
        }
        Assert.Equal([1UL, 9, 1, 1, 9, 0, 1], results);
        Assert.Equal(0, hart.Ram.Bytes[0x1008]);
    }

    [Fact]
    public void Writes_to_x0_are_lost_and_it_reads_zero()
    {
        using var hart = new TestHart();
        hart[A1] = GuestRam.Start;
        hart.Load(Addi(Zero, Zero, 5), Lui(Zero, 5), Lw(Zero, A1, 0), Jal(Zero, 4), Add(A0, Zero, Zero));
        hart.Core.Run(5);
        Assert.Equal((0UL, 0UL), (hart[0], hart[A0]));
    }

    private static void CheckAll(TestHart hart, string name, uint word, int xlen, int width, Func<BigInteger, BigInteger, int, BigInteger> formula)
    {
        hart.Load(word);
        foreach (var a in Values)
        {
            foreach (var b in Values)
            {
                hart.Core.State.Pc = GuestRam.Start;
                (hart[A1], hart[A2]) = (Register(a, xlen), Register(b, xlen));
                hart.Core.Run(1);
                var expected = (ulong)(long)S(formula(S(a, width), S(b, width), width), width);
                Assert.True(hart[A0] == expected, $"rv{xlen} {name} {a:x}, {b:x}: {hart[A0]:x}, not {expected:x}");
            }
        }
    }

    private static ulong Register(ulong value, int xlen) => xlen == 32 ? (ulong)(int)value : value;

    private static BigInteger U(BigInteger value, int width) => value & ((BigInteger.One << width) - 1);

    private static BigInteger S(BigInteger value, int width)
    {
        var unsigned = U(value, width);
        return unsigned >> (width - 1) == 0 ? unsigned : unsigned - (BigInteger.One << width);
    }

    private static int Shift(BigInteger value, int width) => (int)(value & (width - 1));

    private static IEnumerable<byte> Bytes(BigInteger value, int width) =>
        Enumerable.Range(0, width / 8).Select(i => (byte)(U(value, width) >> (8 * i) & 0xFF));

    private static BigInteger OfBytes(IEnumerable<byte> bytes) => new([.. bytes], isUnsigned: true);
}
