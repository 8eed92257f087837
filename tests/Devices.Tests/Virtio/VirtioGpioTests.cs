// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

namespace Devices.Tests.Virtio;

public sealed class VirtioGpioTests : VirtioConformance
{
    private const int Requests = 0, Events = 1, Line = 3;
    private const byte GetDirection = 2, SetDirection = 3, GetValue = 4, SetValue = 5, SetInterruptType = 6;
    private const byte Output = 1, Input = 2, Rising = 1, Both = 3, High = 4;
    private const ulong Accepted = 1UL << 32 | 1;

    private readonly FakeDeviceContext _context = new();
    private readonly VirtioDriver _driver;

    public VirtioGpioTests() => _driver = new VirtioDriver(Create(_context), _context.Memory).Start(2, Accepted);

    protected override int Queues => 2;

    protected override uint DeviceId => 41;

    private FakeGpioPort Port => _context.GpioPort(Line);

    [Fact]
    public void The_number_of_lines_is_told() => Assert.Equal(32u, _driver.Device.Read32(0x100));

    [Fact]
    public void An_output_starts_with_its_value_and_never_shows_another()
    {
        Assert.Equal((0, 0), Ask(SetValue, 1));
        Assert.Equal((0, 0), Ask(SetDirection, Output));
        Assert.Equal((0, 0), Ask(SetValue, 0));
        Assert.Equal([true, false], Port.Trace);
        Assert.Equal((0, 1), Ask(GetDirection));
    }

    [Fact]
    public void An_input_is_read()
    {
        Port.Pull(true);
        Ask(SetDirection, Input);
        Assert.Equal((0, 1), Ask(GetValue));
        Port.Pull(false);
        Assert.Equal((0, 0), Ask(GetValue));
    }

    [Theory]
    [InlineData(SetDirection, 3u)]
    [InlineData(SetValue, 2u)]
    [InlineData(SetInterruptType, 5u)]
    [InlineData(99, 0u)]
    [InlineData(1, 0u)] // names, which it does not have
    public void What_it_does_not_know_is_an_error(byte type, uint value) => Assert.Equal((1, 0), Ask(type, value));

    [Fact]
    public void A_line_that_does_not_exist_is_an_error() => Assert.Equal((1, 0), Ask(GetValue, line: 32));

    [Fact]
    public void An_edge_answers_the_waiting_request_once()
    {
        Watch(Rising);
        var waiting = Unmask();
        Port.Pull(true);
        Assert.NotNull(_driver.TakeUsed(Events));
        Assert.Equal(1, _driver.Read(waiting, 1)[0]);
        Port.Pull(false);
        Port.Pull(true);
        Assert.Null(_driver.TakeUsed(Events)); // masked until the next request
        Unmask();
        Assert.NotNull(_driver.TakeUsed(Events)); // which finds the edge of meanwhile
    }

    [Fact]
    public void A_request_that_waits_for_an_edge_is_no_transaction_to_wait_for()
    {
        Watch(Rising);
        Unmask();
        Assert.False(_driver.Device.InTransaction);
    }

    [Fact]
    public void An_edge_that_was_not_asked_for_is_none()
    {
        Port.Pull(true);
        Watch(Rising);
        Unmask();
        Port.Pull(false);
        Assert.Null(_driver.TakeUsed(Events));
    }

    [Fact]
    public void A_level_interrupts_again_as_long_as_it_stands()
    {
        Watch(High);
        Port.Pull(true);
        for (var i = 0; i < 3; i++)
        {
            Unmask();
            Assert.NotNull(_driver.TakeUsed(Events));
        }
        Port.Pull(false);
        Unmask();
        Assert.Null(_driver.TakeUsed(Events));
    }

    [Fact]
    public void Disabling_gives_the_waiting_request_back_as_invalid()
    {
        Watch(Both);
        var waiting = Unmask();
        Ask(SetInterruptType, 0);
        Assert.NotNull(_driver.TakeUsed(Events));
        Assert.Equal(0, _driver.Read(waiting, 1)[0]);
    }

    [Fact]
    public void Unmasking_without_enabling_is_invalid()
    {
        _context.Memory.TryWrite(Unmask(), [9]);
        Assert.NotNull(_driver.TakeUsed(Events));
    }

    [Fact]
    public void A_waiting_request_moves_along_and_an_edge_on_the_way_answers_it()
    {
        Watch(Rising);
        var waiting = Unmask();
        var there = _context.Twin();
        there.GpioPort(Line).Pull(true);
        var twin = Create(there);
        twin.Restore(StateTree.Of(_driver.Device));
        there.Clock.Advance(0);
        var driver = _driver.MoveTo(twin, there.Memory);
        Assert.NotNull(driver.TakeUsed(Events));
        Assert.Equal(1, driver.Read(waiting, 1)[0]);
        Assert.True(there.Line("irq").Level);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) => (IMmioDevice)new VirtioGpioPlugin().Create(context);

    private protected override void Outside(FakeDeviceContext context, ulong value)
    {
        context.Clock.Advance(0); // what a restore takes up again
        context.GpioPort((int)(value >> 1 & 31)).Pull((value & 1) != 0);
    }

    private (int Status, int Value) Ask(byte type, uint value = 0, byte line = Line)
    {
        var answer = _driver.Submit(Requests, [[type, 0, line, 0, .. BitConverter.GetBytes(value)]], [2]);
        var bytes = _driver.Read(answer[0], 2);
        return (bytes[0], bytes[1]);
    }

    private void Watch(byte trigger)
    {
        Ask(SetDirection, Input);
        Assert.Equal((0, 0), Ask(SetInterruptType, trigger));
    }

    private ulong Unmask() => _driver.Submit(Events, [[Line, 0]], [1])[0];
}
