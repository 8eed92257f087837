// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>An SPI device as spidev shows it, whose data out is wired to data in.</summary>
internal sealed unsafe class FakeSpi : IFakeFile
{
    /// <summary>What spidev takes in one message.</summary>
    public const int LimitBytes = 4096;

    /// <summary>Each message: mode, and for each transfer its length, clock, word and whether the select changes after it.</summary>
    public List<string> Log { get; } = [];

    public uint Mode { get; private set; }

    /// <summary>What the next message fails with; 0 for nothing.</summary>
    public int Failure { get; set; }

    public int Ioctl(FakeKernel kernel, uint request, void* argument)
    {
        if (request == SpiUapi.WriteMode)
        {
            Mode = *(uint*)argument;
            return 0;
        }
        var count = (int)((request >> 16) & 0x3FFF) / sizeof(SpiUapi.Transfer);
        return request == SpiUapi.Message(count) ? Transfer((SpiUapi.Transfer*)argument, count) : -Errno.Invalid;
    }

    private int Transfer(SpiUapi.Transfer* transfers, int count)
    {
        if (Failure != 0) return -Failure;
        var total = 0;
        for (var i = 0; i < count; i++) total += (int)transfers[i].Length;
        if (total > LimitBytes) return -Errno.MessageTooLong;
        var words = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var part = transfers[i];
            new Span<byte>((void*)part.Send, (int)part.Length).CopyTo(new Span<byte>((void*)part.Receive, (int)part.Length));
            words.Add($"{part.Length}@{part.SpeedHz}x{part.BitsPerWord}{(part.ChangeSelect != 0 ? "+" : "")}");
        }
        Log.Add($"mode {Mode}: {string.Join(' ', words)}");
        return total;
    }
}
