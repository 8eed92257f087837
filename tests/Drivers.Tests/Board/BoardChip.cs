// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A chip with 256 registers that a test puts on the board's bus; its registers are a file outside.</summary>
internal sealed class BoardChip
{
    private readonly string _registers;

    private BoardChip(string registers) => _registers = registers;

    public static BoardChip New(int address)
    {
        var outside = BoardPlace.Of(BoardPlace.Chips)["outside"];
        File.WriteAllText(Path.Join(outside, "i2c-new"), string.Create(CultureInfo.InvariantCulture, $"{address}"));
        return new BoardChip(Path.Join(outside, $"i2c-{address:x2}"));
    }

    public byte Read(byte register)
    {
        using var file = File.OpenHandle(_registers);
        Span<byte> value = stackalloc byte[1];
        RandomAccess.Read(file, value, register);
        return value[0];
    }

    public void Write(byte register, byte value)
    {
        using var file = File.OpenHandle(_registers, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, [value], register);
    }
}
