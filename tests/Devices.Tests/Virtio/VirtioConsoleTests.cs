// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
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

    [Fact]
    public void A_table_with_more_descriptors_than_any_queue_has_stops_the_device()
    {
        OfferTable(descriptors: 1000, bytesEach: 1);
        Assert.Equal(0x40u, _driver.Status & 0x40);
        Assert.Empty(_context.UartPort.Sent);
    }

    [Fact]
    public void A_request_that_would_keep_the_VM_from_ever_standing_still_stops_the_device()
    {
        OfferTable(descriptors: 200, bytesEach: 60 * 1024);
        Assert.Equal(0x40u, _driver.Status & 0x40);
        Assert.Empty(_context.UartPort.Sent);
    }

    // All of them the same memory.
    private void OfferTable(int descriptors, int bytesEach)
    {
        var table = new byte[16 * descriptors];
        for (var i = 0; i < descriptors; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(16 * i), FakeMemory.Start);
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(16 * i + 8), bytesEach);
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(16 * i + 12), (ushort)(i < descriptors - 1 ? 1 : 0));
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(16 * i + 14), (ushort)(i + 1));
        }
        _driver.WriteDescriptor(Transmit, 0, _driver.Place(table), table.Length, flags: 4, next: 0);
        _driver.Offer(Transmit, 0);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new VirtioConsolePlugin().Create(context);

    private protected override void Outside(FakeDeviceContext context, ulong value)
    {
        context.Clock.Advance(0); // what a restore takes up again
        context.UartPort.Type((byte)value);
    }
}
