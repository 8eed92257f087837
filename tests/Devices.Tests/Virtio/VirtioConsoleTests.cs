// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

namespace Devices.Tests.Virtio;

public sealed class VirtioConsoleTests : VirtioConformance
{
    private const int Receive = 0, Transmit = 1;

    private readonly FakeDeviceContext _context = new();
    private readonly VirtioDriver _driver;

    public VirtioConsoleTests() => _driver = new VirtioDriver(Create(_context), _context.Memory).Start(2);

    protected override int Queues => 2;

    protected override uint DeviceId => 3;

    [Fact]
    public void What_the_guest_sends_goes_out()
    {
        _driver.Submit(Transmit, ["Hello, "u8.ToArray(), "world"u8.ToArray()], []);
        Assert.Equal("Hello, world", _context.UartPort.SentText);
        Assert.NotNull(_driver.TakeUsed(Transmit));
    }

    [Fact]
    public void What_is_typed_waits_for_a_buffer_and_none_is_lost()
    {
        _context.UartPort.Type("abcde"u8);
        Assert.Equal(5, _context.UartPort.Waiting);
        var buffers = _driver.Submit(Receive, [], [3]);
        Assert.Equal((0u, 3u), _driver.TakeUsed(Receive));
        Assert.Equal("abc"u8.ToArray(), _driver.Read(buffers[0], 3));
        Assert.Equal(2, _context.UartPort.Waiting);
    }

    [Fact]
    public void A_waiting_buffer_is_filled_when_something_is_typed()
    {
        var buffers = _driver.Submit(Receive, [], [16]);
        Assert.Null(_driver.TakeUsed(Receive));
        _context.UartPort.Type("x"u8);
        Assert.Equal((0u, 1u), _driver.TakeUsed(Receive));
        Assert.Equal("x"u8.ToArray(), _driver.Read(buffers[0], 1));
        Assert.True(_context.Line("irq").Level);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new VirtioConsolePlugin().Create(context);

    private protected override void Outside(FakeDeviceContext context, ulong value)
    {
        context.Clock.Advance(0); // what a restore takes up again
        context.UartPort.Type((byte)value);
    }
}
