// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>Numbers that are likelier to show a fault than those of chance.</summary>
internal static class RandomValues
{
    private const ulong Infinity = 0x7FF0_0000_0000_0000;

    public static ulong Integer(Random random) => random.Next(7) switch
    {
        0 => (ulong)(long)random.Next(-4, 5),
        1 => 1UL << random.Next(64),
        2 => (random.Next(2) == 0 ? 0x7FFF_FFFF_FFFF_FFFEUL : 0x7FFF_FFFE) + (ulong)random.Next(4),
        3 => (ulong)random.Next(0x10000) * 0x0001_0001_0001_0001,
        4 => (ulong)random.Next(int.MinValue, int.MaxValue),
        5 => 1UL << random.Next(64) | 1UL << random.Next(64) | 1UL << random.Next(64),
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };

    /// <summary>A register's 64 bits: doubles, singles properly boxed, and singles that are not.</summary>
    public static ulong Float(Random random) => random.Next(5) switch
    {
        0 or 1 => Double(random),
        2 or 3 => 0xFFFF_FFFF_0000_0000 | Single(random),
        _ => (ulong)random.Next(3) << 62 | 0xFFFF_FFFEUL << 32 | Single(random),
    };

    // Zeros, subnormals, the ends of the range, infinities, NaNs of both kinds, integers and halves, and near 1.
    private static uint Single(Random random)
    {
        var sign = (uint)random.Next(2) << 31;
        uint magnitude = random.Next(13) switch
        {
            0 => 0,
            1 => (uint)random.Next(1 << 23),
            2 => 0x7F80_0000,
            3 => 0x7F80_0000 | (uint)random.Next(1 << 23),
            4 => 0x7FC0_0000,
            5 => BitConverter.SingleToUInt32Bits(random.Next(400) / 4f),
            6 => BitConverter.SingleToUInt32Bits(MathF.ScaleB(1, random.Next(30, 65))) - (uint)random.Next(2),
            7 => 0x0080_0000 + (uint)random.Next(4),
            8 => 0x7F7F_FFFF - (uint)random.Next(4),
            9 => 0x0080_0000 + (uint)random.Next(1 << 28),
            10 => (uint)random.Next(0x7F80_0000),
            _ => 0x3F00_0000 + (uint)random.Next(1 << 24),
        };
        return sign | magnitude;
    }

    private static ulong Double(Random random)
    {
        var sign = (ulong)random.Next(2) << 63;
        ulong magnitude = random.Next(13) switch
        {
            0 => 0,
            1 => (ulong)random.NextInt64(1L << 52),
            2 => Infinity,
            3 => Infinity | (ulong)random.NextInt64(1L << 52),
            4 => 0x7FF8_0000_0000_0000,
            5 => BitConverter.DoubleToUInt64Bits(random.Next(400) / 4d),
            6 => BitConverter.DoubleToUInt64Bits(Math.ScaleB(1, random.Next(30, 65))) - (ulong)random.Next(2),
            7 => 0x0010_0000_0000_0000 + (ulong)random.Next(4),
            8 => 0x7FEF_FFFF_FFFF_FFFF - (ulong)random.Next(4),
            9 => BitConverter.DoubleToUInt64Bits(BitConverter.UInt32BitsToSingle(Single(random))) & ~(1UL << 63), // what converts to a single near its ends
            10 => (ulong)random.NextInt64((long)Infinity),
            _ => 0x3FE0_0000_0000_0000 + (ulong)random.NextInt64(1L << 53),
        };
        return sign | magnitude;
    }
}
