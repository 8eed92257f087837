// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.SiFive;

namespace Devices.Tests.SiFive;

public sealed class SiFiveGpioTests : DeviceConformance
{
    private const uint InputValue = 0x00, InputEnable = 0x04, OutputEnable = 0x08, OutputValue = 0x0C, PullUpEnable = 0x10,
        RiseEnable = 0x18, RisePending = 0x1C, FallEnable = 0x20, FallPending = 0x24, HighEnable = 0x28, HighPending = 0x2C,
        LowEnable = 0x30, LowPending = 0x34, FunctionEnable = 0x38, OutputXor = 0x40;

    private const uint Line3 = 1u << 3;

    private readonly FakeDeviceContext _context = new();
    private readonly IMmioDevice _gpio;

    public SiFiveGpioTests() => _gpio = Create(_context);

    protected override uint[] Offsets => [.. Enumerable.Range(0, 17).Select(i => (uint)i * 4)];

    protected override ulong[] Values => [0, Line3, 0xFFFF_FFFF, 0x8000_0000, 0x0F];

    private FakeGpioPort Port => _context.GpioPort(3);

    private bool Irq => _context.Line("irq3").Level;

    [Fact]
    public void At_reset_all_lines_are_let_go_and_all_registers_are_zero()
    {
        // The low-level pending bits stand: a line with its input disabled reads low.
        foreach (var offset in Offsets) Assert.Equal(offset == LowPending ? uint.MaxValue : 0u, _gpio.Read32(offset));
        Assert.Equal(GpioDirection.Disconnected, Port.Mode.Direction);
    }

    [Theory]
    [InlineData(InputEnable)]
    [InlineData(OutputEnable)]
    [InlineData(OutputValue)]
    [InlineData(PullUpEnable)]
    [InlineData(0x14u)]
    [InlineData(RiseEnable)]
    [InlineData(FallEnable)]
    [InlineData(HighEnable)]
    [InlineData(FunctionEnable)]
    [InlineData(0x3Cu)]
    [InlineData(OutputXor)]
    public void A_register_keeps_what_was_written(uint offset)
    {
        _gpio.Write32(offset, 0xA5A5_5A5A);
        Assert.Equal(0xA5A5_5A5Au, _gpio.Read32(offset));
    }

    [Fact]
    public void An_output_starts_with_its_level_and_never_shows_another()
    {
        _gpio.Write32(OutputValue, Line3);
        _gpio.Write32(OutputEnable, Line3);
        Assert.Equal([true], Port.Trace);
        _gpio.Write32(OutputValue, 0);
        _gpio.Write32(OutputValue, Line3);
        Assert.Equal([true, false, true], Port.Trace);
    }

    [Fact]
    public void Other_lines_are_left_alone()
    {
        _gpio.Write32(OutputEnable, Line3 | 1);
        _gpio.Write32(OutputValue, Line3);
        Assert.Equal([false, true], Port.Trace);
        Assert.Equal([false], _context.GpioPort(0).Trace);
        Assert.Empty(_context.GpioPort(4).Trace);
    }

    [Fact]
    public void The_xor_register_inverts_an_output()
    {
        _gpio.Write32(OutputEnable, Line3);
        _gpio.Write32(OutputXor, Line3);
        Assert.Equal([false, true], Port.Trace);
        Assert.Equal(0u, _gpio.Read32(OutputValue));
    }

    [Fact]
    public void An_input_is_read_only_while_it_is_enabled()
    {
        Port.Pull(true);
        Assert.Equal(0u, _gpio.Read32(InputValue));
        _gpio.Write32(InputEnable, Line3);
        Assert.Equal(Line3, _gpio.Read32(InputValue));
        Port.Pull(false);
        Assert.Equal(0u, _gpio.Read32(InputValue));
    }

    [Fact]
    public void A_pull_up_is_asked_of_the_port()
    {
        _gpio.Write32(InputEnable, Line3);
        Assert.Equal(new GpioMode(GpioDirection.Input, GpioBias.AsIs), Port.Mode);
        _gpio.Write32(PullUpEnable, Line3);
        Assert.Equal(new GpioMode(GpioDirection.Input, GpioBias.PullUp), Port.Mode);
    }

    [Fact]
    public void An_output_with_its_input_enabled_reads_itself()
    {
        _gpio.Write32(InputEnable, Line3);
        _gpio.Write32(OutputEnable, Line3);
        _gpio.Write32(OutputValue, Line3);
        Assert.Equal(Line3, _gpio.Read32(InputValue));
        Assert.Equal(Line3, _gpio.Read32(RisePending));
    }

    [Fact]
    public void A_line_handed_to_its_hardware_function_is_not_driven()
    {
        _gpio.Write32(OutputEnable, Line3);
        _gpio.Write32(FunctionEnable, Line3);
        Assert.Equal(GpioDirection.Disconnected, Port.Mode.Direction);
    }

    [Fact]
    public void A_rising_edge_interrupts_its_own_line_until_it_is_cleared()
    {
        _gpio.Write32(InputEnable, Line3);
        _gpio.Write32(RiseEnable, Line3);
        Port.Pull(true);
        Assert.True(Irq);
        Assert.False(_context.Line("irq4").Level);
        Port.Pull(false);
        Assert.True(Irq);
        _gpio.Write32(RisePending, Line3);
        Assert.False(Irq);
        Assert.Equal(Line3, _gpio.Read32(FallPending));
    }

    [Fact]
    public void A_falling_edge_interrupts()
    {
        Port.Pull(true);
        _gpio.Write32(InputEnable, Line3);
        _gpio.Write32(FallEnable, Line3);
        Assert.False(Irq);
        Port.Pull(false);
        Assert.True(Irq);
        _gpio.Write32(FallPending, Line3);
        Assert.False(Irq);
    }

    [Fact]
    public void A_short_pulse_is_two_edges()
    {
        _gpio.Write32(InputEnable, Line3);
        Port.Pull(true);
        Port.Pull(false);
        Assert.Equal(Line3, _gpio.Read32(RisePending));
        Assert.Equal(Line3, _gpio.Read32(FallPending));
    }

    [Theory]
    [InlineData(HighEnable, HighPending, true)]
    [InlineData(LowEnable, LowPending, false)]
    public void A_level_interrupt_cannot_be_cleared_while_the_level_stands(uint enable, uint pending, bool level)
    {
        Port.Pull(!level);
        _gpio.Write32(InputEnable, Line3);
        _gpio.Write32(pending, Line3);
        _gpio.Write32(enable, Line3);
        Assert.False(Irq);
        Port.Pull(level);
        _gpio.Write32(pending, Line3);
        Assert.True(Irq);
        Port.Pull(!level);
        Assert.True(Irq);
        _gpio.Write32(pending, Line3);
        Assert.False(Irq);
    }

    [Fact]
    public void A_line_that_changed_between_save_and_restore_is_an_edge()
    {
        _gpio.Write32(InputEnable, Line3);
        _gpio.Write32(RiseEnable, Line3);
        var state = StateTree.Of(_gpio);
        var there = new FakeDeviceContext();
        there.GpioPort(3).Pull(true);
        var twin = Create(there);
        twin.Restore(state);
        Assert.True(there.Line("irq3").Level);
    }

    [Fact]
    public void A_restored_output_starts_with_its_level()
    {
        _gpio.Write32(OutputValue, Line3);
        _gpio.Write32(OutputEnable, Line3);
        var there = new FakeDeviceContext();
        Create(there).Restore(StateTree.Of(_gpio));
        Assert.Equal([true], there.GpioPort(3).Trace);
    }

    [Fact]
    public void A_reset_lets_go_before_the_level_changes()
    {
        _gpio.Write32(OutputValue, Line3);
        _gpio.Write32(OutputEnable, Line3);
        _gpio.Reset();
        Assert.Equal([true], Port.Trace);
        Assert.Equal(GpioDirection.Disconnected, Port.Mode.Direction);
    }

    [Fact]
    public void A_controller_of_sixteen_lines_has_no_seventeenth()
    {
        var gpio = Create(new FakeDeviceContext(("lines", "16")));
        gpio.Write32(OutputValue, 0xFFFF_FFFF);
        Assert.Equal(0xFFFFu, gpio.Read32(OutputValue));
    }

    [Fact]
    public void Toggling_a_line_allocates_nothing()
    {
        _gpio.Write32(OutputEnable, Line3);
        var port = new SilentGpioPort();
        var gpio = new SiFiveGpio([port], [new RecordingLine()], new RecordingUnassigned());
        gpio.Write32(OutputEnable, 1);
        // A collection that another test causes meanwhile may be counted for this thread, but not every time.
        var leastBytes = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++) gpio.Write32(OutputValue, (uint)i & 1);
            leastBytes = Math.Min(leastBytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, leastBytes);
        Assert.Equal(5000, port.Drives + 1);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new SiFiveGpioPlugin().Create(context);

    private protected override void Outside(FakeDeviceContext context, ulong value)
    {
        var port = context.GpioPort((int)(value >> 1 & 31));
        port.Pull((value & 1) != 0);
    }

    private protected override void CheckInvariants(IMmioDevice device, FakeDeviceContext context)
    {
        var due = device.Read32(RiseEnable) & device.Read32(RisePending) | device.Read32(FallEnable) & device.Read32(FallPending)
            | device.Read32(HighEnable) & device.Read32(HighPending) | device.Read32(LowEnable) & device.Read32(LowPending);
        var raised = Enumerable.Range(0, 32).Sum(line => context.Line($"irq{line}").Level ? 1L << line : 0);
        Assert.Equal(due, (uint)raised);
        Assert.Equal(0u, device.Read32(InputValue) & ~device.Read32(InputEnable));
        var outputs = device.Read32(OutputEnable) & ~device.Read32(FunctionEnable);
        for (; outputs != 0; outputs &= outputs - 1)
        {
            var line = BitOperations.TrailingZeroCount(outputs);
            Assert.Equal(GpioDirection.Output, context.GpioPort(line).Mode.Direction);
            Assert.Equal(((device.Read32(OutputValue) ^ device.Read32(OutputXor)) >> line & 1) != 0, context.GpioPort(line).Driven);
        }
    }

    private sealed class SilentGpioPort : IGpioPort
    {
        public int Drives { get; private set; }

        public bool Level => false;

        public void Configure(GpioMode mode) { }

        public void Drive(bool level) => Drives++;

        public void OnEdge(Action<GpioEdge> handler) { }
    }
}
