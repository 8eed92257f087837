// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.BoardTests;

/// <summary>The far side of the board's buses (board-sim.c says how it is spoken to).</summary>
internal static class Wires
{
    private const string Folder = "/sys/kernel/debug/board-sim/";

    /// <summary>Everything that has crossed the wires since the last time.</summary>
    public static string[] TakeLog()
    {
        var lines = File.ReadAllText(Folder + "log").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Write("log", "empty");
        return lines;
    }

    public static byte ReadRegister(int address, int number)
    {
        using var chip = File.OpenHandle($"{Folder}i2c-{address:x2}");
        Span<byte> value = stackalloc byte[1];
        Assert.Equal(1, RandomAccess.Read(chip, value, number));
        return value[0];
    }

    public static void WriteRegister(int address, int number, byte value)
    {
        using var chip = File.OpenHandle($"{Folder}i2c-{address:x2}", FileMode.Open, FileAccess.Write);
        RandomAccess.Write(chip, [value], number);
    }

    /// <summary>The chip's next messages fail.</summary>
    public static void FailI2c(int address, int messages) => Write("i2c-fail", $"0x{address:x2} {messages}");

    /// <summary>What the chip at a select answers to a message that begins so (hex digits).</summary>
    public static void AnswerSpi(int chipSelect, string sent, string answer) => Write($"spi-{chipSelect}", $"{sent}={answer}");

    /// <summary>The chip at a select sends back what it gets.</summary>
    public static void LoopSpi(int chipSelect) => Write($"spi-{chipSelect}", "clear");

    private static void Write(string file, string text)
    {
        using var stream = new FileStream(Folder + file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }
}
