// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>BKPT 0xAB asks the host: a console, the time and the end, and nothing of the host's own.</summary>
public sealed class SemihostingTests : IDisposable
{
    private const uint Open = 0x01, WriteText = 0x04, Write = 0x05, Read = 0x06, ReadCharacter = 0x07, IsTerminal = 0x09, Seek = 0x0A, Length = 0x0C, Clock = 0x10;
    private const uint Remove = 0x0E, ErrorNumber = 0x13, Exit = 0x18, ExitExtended = 0x20, Command = 0x12, CommandLine = 0x15, Elapsed = 0x30;
    private const uint Block = GuestRam.Sram, Text = GuestRam.Sram + 0x100, Failed = uint.MaxValue;
    private const uint Terminal = 1, Features = 4; // handles
    private readonly TestCpu _cpu = new(options: ("semihosting", "true"));

    public void Dispose() => _cpu.Dispose();

    [Theory]
    [InlineData("true", 7)]
    [InlineData("true", 1)]
    [InlineData("true", 0)]
    [InlineData("false", null)]
    public void It_ends_the_VM_only_where_it_is_on(string semihosting, int? expected)
    {
        const uint handler = TestCpu.Start + 0x100;
        using var cpu = new TestCpu(options: ("semihosting", semihosting));
        cpu.Vector(3, handler | 1).Program(0xBEAB, 0xE7FE);
        cpu.Code(handler, 0xE7FE);
        cpu.Word(Block, 0x20026).Word(Block + 4, (uint)(expected ?? 7));
        (cpu[0], cpu[1]) = (ExitExtended, Block);
        cpu.Run(10);
        Assert.Equal(expected, cpu.ExitCode);
    }

    [Theory]
    [InlineData(0x20026u, 0)]
    [InlineData(0x20023u, 1)] // a run-time error
    public void A_plain_exit_is_a_success_only_when_it_says_so(uint reason, int expected)
    {
        Ask(Exit, reason);
        Assert.Equal(expected, _cpu.ExitCode);
    }

    [Fact]
    public void What_is_written_comes_out_of_the_cores_serial_port()
    {
        Put(Text, "hello\0unseen");
        Ask(WriteText, Text);
        Put(Text, ", world");
        Assert.Equal(0u, Ask(Write, Put(Block, 2, Text, 7)));
        Assert.Equal("hello, world", _cpu.Console.SentText);
    }

    [Fact]
    public void A_program_that_reads_sleeps_until_somebody_types_and_takes_what_is_there()
    {
        Put(Block, Terminal, Text, 8);
        Begin(Read, Block);
        Assert.Equal(StopReason.WaitingForInterrupt, _cpu.Run(100).Reason);
        Assert.False(_cpu.Core.HasWakeUp);

        _cpu.Console.Type("abc"u8);

        Assert.True(_cpu.Core.HasWakeUp);
        _cpu.Run(2);
        Assert.Equal(8u - 3, _cpu[0]); // how many it did not get
        Assert.Equal(0x0063_6261u, _cpu.Word(Text) & 0xFF_FFFF);
        Begin(ReadCharacter, 0);
        _cpu.Console.Type("d"u8);
        _cpu.Run(2);
        Assert.Equal((uint)'d', _cpu[0]);
    }

    [Fact]
    public void Input_that_nobody_asked_for_wakes_nobody()
    {
        _cpu.Program(0xBF30, 0xE7FD); // wfi, again and again
        _cpu.Run(10);
        _cpu.Console.Type("x"u8);
        Assert.False(_cpu.Core.HasWakeUp);
        Assert.Equal(StopReason.WaitingForInterrupt, _cpu.Run(10).Reason);
    }

    [Fact]
    public void An_interrupt_is_served_while_a_program_waits_for_input()
    {
        const uint handler = TestCpu.Start + 0x100;
        _cpu.Vector(16, handler | 1).Code(handler, 0x3501, 0x4770); // adds r5, #1; bx lr
        _cpu.Store(0xE000_E100, 1);
        Begin(ReadCharacter, 0);
        _cpu.Run(10);

        _cpu.Core.FindInput("irq0")!.Drive(true);
        _cpu.Core.FindInput("irq0")!.Drive(false);
        Assert.Equal(StopReason.WaitingForInterrupt, _cpu.Run(10).Reason);
        Assert.Equal(1u, _cpu[5]);
        _cpu.Console.Type("y"u8);
        _cpu.Run(1);
        Assert.Equal((uint)'y', _cpu[0]);
    }

    [Fact]
    public void A_program_that_waits_in_an_IT_block_goes_on_behind_it_with_its_conditions()
    {
        _cpu.Program(0x2800, 0xBF14, 0xBEAB, 0x2505, 0xE7FE); // cmp r0, #0; ite ne; bkpt; moveq r5, #5
        (_cpu[0], _cpu[1]) = (ReadCharacter, 0);
        Assert.Equal(StopReason.WaitingForInterrupt, _cpu.Run(10).Reason);
        _cpu.Console.Type("z"u8);
        _cpu.Run(10);
        Assert.Equal(((uint)'z', 0u), (_cpu[0], _cpu[5]));
    }

    [Fact]
    public void A_twin_that_is_restored_waits_for_input_and_gets_it()
    {
        Begin(ReadCharacter, 0);
        _cpu.Run(10);
        var saved = new StateTree();
        _cpu.Core.Save(saved);
        using var twin = new TestCpu(options: ("semihosting", "true"));
        twin.Program(0xBEAB, 0xE7FE);
        twin.Core.Restore(saved);

        Assert.Equal(StopReason.WaitingForInterrupt, twin.Run(10).Reason);
        twin.Console.Type("q"u8);
        twin.Run(2);
        Assert.Equal((uint)'q', twin[0]);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData(":tt/../etc/passwd")]
    [InlineData("")]
    public void No_file_of_the_host_can_be_opened(string name)
    {
        Put(Text, name);
        Assert.Equal(Failed, Ask(Open, Put(Block, Text, 0, (uint)name.Length)));
        Assert.Equal(13u, Ask(ErrorNumber, 0)); // access denied
        Assert.Equal(Failed, Ask(Remove, Put(Block, Text, (uint)name.Length)));
        Assert.Equal(Failed, Ask(Command, Put(Block, Text, (uint)name.Length)));
    }

    [Fact]
    public void The_console_is_opened_by_its_name_for_input_output_and_errors()
    {
        Put(Text, ":tt");
        Assert.Equal([1u, 2u, 3u], new uint[] { 0, 4, 8 }.Select(mode => Ask(Open, Put(Block, Text, mode, 3))));
        Assert.Equal(1u, Ask(IsTerminal, Put(Block, 2)));
        Assert.Equal(0u, Ask(CommandLine, Put(Block, Text, 4)));
        Assert.Equal(0u, _cpu.Word(Text) & 0xFF);
    }

    [Fact]
    public void The_extensions_are_told_in_the_file_of_features()
    {
        const string name = ":semihosting-features";
        Put(Text, name);
        Assert.Equal(Features, Ask(Open, Put(Block, Text, 0, (uint)name.Length)));
        Assert.Equal(5u, Ask(Length, Put(Block, Features)));
        Assert.Equal(0u, Ask(Read, Put(Block, Features, Text, 4)));
        Assert.Equal("SHFB"u8.ToArray(), BitConverter.GetBytes(_cpu.Word(Text)));
        Assert.Equal(0u, Ask(Seek, Put(Block, Features, 4)));
        Assert.Equal(1u, Ask(Read, Put(Block, Features, Text, 2))); // one byte was left
        Assert.Equal(3u, _cpu.Word(Text) & 0xFF);
    }

    [Fact]
    public void Time_is_the_guests()
    {
        _cpu.Time.Advance(12_340_000_000);
        Assert.Equal(1234u, Ask(Clock, 0));
        Assert.Equal(0u, Ask(Elapsed, Block));
        Assert.Equal(12_340_000_000, _cpu.Word(Block) | (long)_cpu.Word(Block + 4) << 32);
    }

    [Theory]
    [InlineData(Write)]
    [InlineData(Read)]
    [InlineData(Open)]
    [InlineData(Elapsed)]
    [InlineData(0x7777u)]
    public void A_block_that_is_nowhere_is_an_answer_and_no_fault(uint operation)
    {
        Assert.Equal(Failed, Ask(operation, 0x7000_0000));
        Assert.Equal(TestCpu.Start + 2, _cpu.Pc);
    }

    [Fact]
    public void A_text_without_an_end_ends_after_a_while() // and what is left of a long one is said
    {
        Assert.True(Ask(Write, Put(Block, 2, GuestRam.Sram, uint.MaxValue)) > 0);
        Assert.InRange(_cpu.Console.Sent.Count, 1, 64 * 1024);
    }

    private void Begin(uint operation, uint argument)
    {
        _cpu.Program(0xBEAB, 0xE7FE);
        _cpu.Core.State.Pc = TestCpu.Start;
        (_cpu[0], _cpu[1]) = (operation, argument);
    }

    private uint Ask(uint operation, uint argument)
    {
        Begin(operation, argument);
        _cpu.Run(1);
        return _cpu[0];
    }

    private uint Put(uint address, params ReadOnlySpan<uint> words)
    {
        for (var i = 0; i < words.Length; i++) _cpu.Word(address + (uint)i * 4, words[i]);
        return address;
    }

    private void Put(uint address, string text) => Assert.True(_cpu.Ram.TryWrite(address, [.. System.Text.Encoding.ASCII.GetBytes(text), 0, 0, 0]));
}
