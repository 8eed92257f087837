// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

namespace Devices.Tests.Virtio;

/// <summary>The simplest function, and with it what the transport and its rings promise.</summary>
public sealed class VirtioEntropyTests : VirtioConformance
{
    private readonly FakeDeviceContext _context = new();
    private readonly VirtioDriver _driver;

    public VirtioEntropyTests() => _driver = new VirtioDriver(Create(_context), _context.Memory).Start(1);

    protected override int Queues => 1;

    protected override uint DeviceId => 4;

    private bool Irq => _context.Line("irq").Level;

    [Fact]
    public void A_request_is_filled_and_interrupts_until_acknowledged()
    {
        var buffers = _driver.Submit(0, [], [16]);
        Assert.Equal((0u, 16u), _driver.TakeUsed(0));
        Assert.NotEqual(new byte[16], _driver.Read(buffers[0], 16));
        Assert.True(Irq);
        Assert.Equal(1u, _driver.Device.Read32(0x60));
        _driver.Device.Write32(0x64, 1);
        Assert.False(Irq);
    }

    [Fact]
    public void Several_pieces_are_filled_as_one()
    {
        var buffers = _driver.Submit(0, [], [5, 40]);
        Assert.Equal(45u, _driver.TakeUsed(0)!.Value.Length);
        Assert.NotEqual(new byte[5], _driver.Read(buffers[0], 5));
        Assert.NotEqual(new byte[8], _driver.Read(buffers[1] + 32, 8));
    }

    [Fact]
    public void An_indirect_table_stands_for_its_descriptors()
    {
        var target = _driver.Place(new byte[8]);
        var table = new byte[16];
        BitConverter.TryWriteBytes(table, target);
        table[8] = 8;
        table[12] = 2;
        _driver.WriteDescriptor(0, 0, _driver.Place(table), 16, flags: 4, next: 0);
        _driver.Offer(0, 0);
        Assert.Equal((0u, 8u), _driver.TakeUsed(0));
        Assert.NotEqual(new byte[8], _driver.Read(target, 8));
    }

    [Fact]
    public void The_driver_can_ask_for_no_interrupts()
    {
        _context.Memory.TryWrite(VirtioDriver.Available(0), [1]);
        _driver.Submit(0, [], [4]);
        Assert.NotNull(_driver.TakeUsed(0));
        Assert.False(Irq);
    }

    [Fact]
    public void A_ring_goes_round()
    {
        for (var i = 0; i < 100; i++)
        {
            _driver.Submit(0, [], [4]);
            Assert.Equal(((uint)i % VirtioDriver.QueueSize, 4u), _driver.TakeUsed(0));
        }
    }

    [Theory]
    [InlineData(0, 1, 0)] // a descriptor that is its own next one
    [InlineData(0, 1, 99)] // a next one that does not exist
    [InlineData(99, 2, 0)] // a head that does not exist
    public void A_broken_chain_stops_the_device_until_it_is_reset(int head, int flags, int next)
    {
        _driver.WriteDescriptor(0, 0, FakeMemory.Start, 4, (ushort)flags, (ushort)next);
        _driver.Offer(0, (ushort)head);
        Assert.Equal(0x40u, _driver.Status & 0x40);
        Assert.Equal(2u, _driver.Device.Read32(0x60));
        _driver.Submit(0, [], [4]);
        Assert.Null(_driver.TakeUsed(0));
        var again = new VirtioDriver(_driver.Device, _context.Memory);
        Array.Clear(_context.Memory.Bytes);
        again.Start(1).Submit(0, [], [4]);
        Assert.NotNull(again.TakeUsed(0));
    }

    [Fact]
    public void A_buffer_outside_memory_stops_the_device()
    {
        _driver.WriteDescriptor(0, 0, 0x1000, 4, flags: 2, next: 0);
        _driver.Offer(0, 0);
        Assert.Equal(0x40u, _driver.Status & 0x40);
    }

    [Fact]
    public void Nothing_is_served_before_the_driver_is_ready()
    {
        var context = new FakeDeviceContext();
        var driver = new VirtioDriver(Create(context), context.Memory);
        driver.SetUp(0);
        driver.Submit(0, [], [4]);
        Assert.Null(driver.TakeUsed(0));
        driver.Accept(1UL << 32);
        driver.Device.Write32(0x70, 11);
        driver.Device.Write32(0x70, 15);
        Assert.NotNull(driver.TakeUsed(0));
    }

    [Fact]
    public void In_a_deterministic_vm_the_bytes_are_those_of_the_seed_across_a_move()
    {
        var straight = Take(new FakeDeviceContext(), moveAfterFirst: false);
        Assert.Equal(straight, Take(new FakeDeviceContext(), moveAfterFirst: true));
        Assert.NotEqual(straight, Take(new FakeDeviceContext { RandomSeed = new byte[] { 9 } }, moveAfterFirst: false));
    }

    [Fact]
    public void Elsewhere_no_two_runs_are_alike() =>
        Assert.NotEqual(
            Take(new FakeDeviceContext { RandomSeed = default }, moveAfterFirst: false),
            Take(new FakeDeviceContext { RandomSeed = default }, moveAfterFirst: false));

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new VirtioEntropyPlugin().Create(context);

    private byte[] Take(FakeDeviceContext context, bool moveAfterFirst)
    {
        var driver = new VirtioDriver(Create(context), context.Memory).Start(1);
        var first = driver.Read(driver.Submit(0, [], [20])[0], 20);
        if (moveAfterFirst)
        {
            var there = context.Twin();
            var twin = Create(there);
            twin.Restore(StateTree.Of(driver.Device));
            driver = driver.MoveTo(twin, there.Memory);
        }
        return [.. first, .. driver.Read(driver.Submit(0, [], [20])[0], 20)];
    }
}
