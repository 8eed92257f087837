// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>EBREAK between two shifts asks the host, as a Cortex-M's BKPT does; what the host answers is in the tests of that core.</summary>
public sealed class SemihostingTests
{
    private const uint Before = 0x01F0_1013, Break = 0x0010_0073, Behind = 0x4070_5013, Again = 0x0000_006F; // j .
    private const uint WriteText = 4, ReadCharacter = 7, ExitExtended = 0x20;
    private const ulong Trap = GuestRam.Start + 0x100, Block = GuestRam.Start + 0x200;

    [Theory]
    [InlineData("rv32imac")]
    [InlineData("rv64imac")]
    public void A_program_prints_and_ends_its_VM(string isa)
    {
        using var hart = Hart(isa).Load(Before, Break, Behind, Before, Break, Behind, Again);
        Assert.True(hart.Ram.TryWrite(Block, "hi\0"u8));
        (hart[10], hart[11]) = (WriteText, Block);
        hart.Core.Run(3);
        Assert.Equal("hi", hart.Console.SentText);

        var block = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(block, 0x20026);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(isa == "rv32imac" ? 4 : 8), 9);
        Assert.True(hart.Ram.TryWrite(Block, block));
        (hart[10], hart[11]) = (ExitExtended, Block);
        hart.Core.Run(10);
        Assert.Equal(9, hart.ExitCode);
    }

    [Fact]
    public void A_program_that_reads_sleeps_until_somebody_types()
    {
        using var hart = Hart("rv64imac").Load(Before, Break, Behind, Again);
        hart[10] = ReadCharacter;
        Assert.Equal(StopReason.WaitingForInterrupt, hart.Core.Run(100).Reason);
        Assert.False(hart.Core.HasWakeUp);
        hart.Console.Type("k"u8);
        Assert.True(hart.Core.HasWakeUp);
        hart.Core.Run(3);
        Assert.Equal('k', (char)hart[10]);
    }

    [Theory]
    [InlineData("true", Before, Break, Again)]
    [InlineData("true", Again, Break, Behind)]
    [InlineData("true", Before, 0x0001_9002u, Behind)] // c.ebreak
    [InlineData("false", Before, Break, Behind)]
    public void Any_other_EBREAK_traps(string semihosting, uint before, uint code, uint behind)
    {
        using var hart = Hart("rv64imac", semihosting).Load(before, code, behind);
        hart.Core.Reset(GuestRam.Start + 4, []);
        hart.Load(Trap, Again);
        hart.Load(GuestRam.Start + 0x300, 0x3052_9073); // csrw mtvec, t0
        hart[5] = Trap;
        hart.Core.State.Pc = GuestRam.Start + 0x300;
        hart.Core.Run(1);
        hart.Core.State.Pc = GuestRam.Start + 4;
        hart.Core.Run(5);
        Assert.Equal(Trap, hart.Pc);
        Assert.Equal(3u, hart.Csr(0x342)); // mcause: a breakpoint
        Assert.Equal(GuestRam.Start + 4, hart.Csr(0x343));
    }

    private static TestHart Hart(string isa, string semihosting = "true") =>
        new(options: new Dictionary<string, string> { ["isa"] = isa, ["semihosting"] = semihosting });
}
