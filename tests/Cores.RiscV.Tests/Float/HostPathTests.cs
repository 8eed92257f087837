// SPDX-License-Identifier: Apache-2.0
using static EdgeHypervisor.Cores.RiscV.Tests.Assembler;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// With the inexact flag standing, the handlers may use the host's arithmetic: nothing may tell it from the exact way.
/// </summary>
public sealed unsafe class HostPathTests
{
    private const int Rounds = 20_000;

    // funct7 of add, sub, mul, div, sqrt; the lowest two bits are the format.
    private static readonly int[] Operations = [0x00, 0x04, 0x08, 0x0C, 0x2C];
    private static readonly int[] FusedOpcodes = [0x43, 0x47, 0x4B, 0x4F];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_host_gives_what_exact_arithmetic_gives(int format)
    {
        using var hart = new TestHart("rv64gc");
        hart.Core.State.Mstatus |= Status.Fs;
        hart.Core.OnFloatStatusChanged();
        var program = Program(format);
        hart.Load(program);
        var random = new Random(7 + format);
        for (var i = 0; i < Rounds / 10; i++)
        {
            for (var r = 1; r <= 3; r++) hart.Core.State.F[r] = Operand(random, format);
            var fast = Run(hart, program.Length, FloatFlags.Inexact);
            var exact = Run(hart, program.Length, FloatFlags.Inexact, useExact: true);
            Assert.Equal(exact, fast);
        }
    }

    [Fact]
    public void A_single_that_is_not_boxed_is_a_nan()
    {
        using var hart = new TestHart("rv64gc");
        hart.Core.State.Mstatus |= Status.Fs;
        hart.Core.OnFloatStatusChanged();
        hart.Core.State.Fcsr = FloatFlags.Inexact;
        hart.Core.State.F[1] = 0x3F80_0000; // 1.0f without its box
        hart.Core.State.F[2] = 0xFFFF_FFFF_3F80_0000;
        hart.Load(R(0x53, 7, 0, 3, 1, 2), R(0x53, 7, 0, 4, 2, 2)); // fadd.s f3, f1, f2; fadd.s f4, f2, f2
        hart.Core.Run(2);
        Assert.Equal((0xFFFF_FFFF_7FC0_0000, 0xFFFF_FFFF_4000_0000), (hart.Core.State.F[3], hart.Core.State.F[4]));
    }

    [Fact]
    public void Without_the_float_unit_switched_on_its_instructions_are_illegal_and_the_first_one_marks_it_dirty()
    {
        using var hart = new TestHart("rv64gc");
        hart.Core.State.Mtvec = GuestRam.Start + 0x400;
        hart.Load(R(0x53, 7, 1, 3, 1, 2));
        hart.Core.Run(1);
        Assert.Equal(2UL, hart.Core.State.Mcause);
        hart.Core.Reset(GuestRam.Start, []);
        hart.Core.State.Mstatus |= 1UL << Status.FsShift; // initial
        hart.Core.Run(1);
        Assert.Equal(Status.Fs, hart.Core.State.Mstatus & Status.Fs);
        Assert.Equal(1UL, hart.Csr(CsrAddress.Mstatus) >> 63);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void A_rounding_mode_that_does_not_exist_is_illegal(int mode)
    {
        using var hart = new TestHart("rv64gc");
        hart.Core.State.Mtvec = GuestRam.Start + 0x400;
        hart.Core.State.Mstatus |= Status.Fs;
        hart.Load(R(0x53, mode, 1, 3, 1, 2));
        hart.Core.Run(1);
        Assert.Equal(2UL, hart.Core.State.Mcause);
        hart.Core.Reset(GuestRam.Start, []);
        hart.Core.State.Mtvec = GuestRam.Start + 0x400;
        hart.Core.State.Mstatus |= Status.Fs;
        hart.Core.State.Fcsr = (uint)mode << 5;
        hart.Load(R(0x53, 7, 1, 3, 1, 2));
        hart.Core.Run(1);
        Assert.Equal(2UL, hart.Core.State.Mcause);
    }

    // Each operation into its own register, in the dynamic rounding mode.
    private static uint[] Program(int format)
    {
        var words = new List<uint>();
        foreach (var funct7 in Operations) words.Add(R(0x53, 7, funct7 | format, 10 + words.Count, 1, funct7 == 0x2C ? 0 : 2));
        foreach (var opcode in FusedOpcodes) words.Add(R(opcode, 7, 3 << 2 | format, 10 + words.Count, 1, 2));
        return [.. words];
    }

    // The exact way is taken when inexact is clear; the flag is put back before each instruction either way.
    private static string Run(TestHart hart, int count, uint flags, bool useExact = false)
    {
        hart.Core.State.Pc = GuestRam.Start;
        var results = new List<string>();
        for (var i = 0; i < count; i++)
        {
            hart.Core.State.Fcsr = useExact ? 0 : flags;
            hart.Core.Run(1);
            results.Add($"{hart.Core.State.F[10 + i]:x} {hart.Core.State.Fcsr | flags:x}");
        }
        return string.Join('\n', results);
    }

    private static ulong Operand(Random random, int format)
    {
        var bits = random.Next(8) switch
        {
            0 => Special(random, format),
            1 => (ulong)random.NextInt64() & (format == 0 ? 0x807F_FFFF : 0x800F_FFFF_FFFF_FFFF), // subnormal
            2 => format == 0 ? BitConverter.SingleToUInt32Bits(random.Next(-4, 5)) : BitConverter.DoubleToUInt64Bits(random.Next(-4, 5)),
            _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        };
        return format == 0 ? 0xFFFF_FFFF_0000_0000 | (uint)bits : bits;
    }

    private static ulong Special(Random random, int format)
    {
        double[] values = [0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        var value = values[random.Next(values.Length)];
        return format == 0 ? BitConverter.SingleToUInt32Bits((float)value) : BitConverter.DoubleToUInt64Bits(value);
    }
}
