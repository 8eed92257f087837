// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

namespace Devices.Tests.Virtio;

public sealed class VirtioI2cTests : VirtioConformance
{
    private const ulong Accepted = 1UL << 32 | 1;
    private const byte Sensor = 0x76;
    private const uint Last = 0, FailNext = 1, IsRead = 2;

    private readonly FakeDeviceContext _context;
    private readonly VirtioDriver _driver;

    public VirtioI2cTests()
    {
        _context = CreateContext();
        _driver = new VirtioDriver(Create(_context), _context.Memory).Start(1, Accepted);
    }

    protected override int Queues => 1;

    protected override uint DeviceId => 34;

    private FakeI2cPort Bus => _context.I2cPort;

    [Fact]
    public void A_driver_that_does_not_know_empty_messages_is_rejected()
    {
        var context = CreateContext();
        Assert.Equal(0u, new VirtioDriver(Create(context), context.Memory).Start(1).Status & 8);
    }

    [Fact]
    public void A_register_is_read_in_one_transaction()
    {
        _driver.Submit(0, [Header(Sensor, FailNext), [0xF7]], [1]);
        Assert.Empty(Bus.Transactions);
        var answer = _driver.Submit(0, [Header(Sensor, IsRead)], [3, 1]);
        Assert.Equal(["W76:F7 R76:3"], Bus.Transactions);
        Assert.Equal([0xF7, 0xF8, 0xF9], _driver.Read(answer[0], 3));
        Assert.Equal(0, _driver.Read(answer[1], 1)[0]);
        Assert.Equal(1u, _driver.TakeUsed(0)!.Value.Length);
        Assert.Equal(4u, _driver.TakeUsed(0)!.Value.Length);
    }

    [Fact]
    public void A_probe_without_data_reaches_the_bus()
    {
        var answer = _driver.Submit(0, [Header(Sensor, Last)], [1]);
        Assert.Equal(["W76:"], Bus.Transactions);
        Assert.Equal(0, _driver.Read(answer[0], 1)[0]);
    }

    [Fact]
    public void An_absent_target_fails_every_request_of_the_group()
    {
        var first = _driver.Submit(0, [Header(0x50, FailNext), [1]], [1]);
        var second = _driver.Submit(0, [Header(0x50, IsRead)], [2, 1]);
        Assert.Equal(1, _driver.Read(first[0], 1)[0]);
        Assert.Equal(1, _driver.Read(second[1], 1)[0]);
    }

    [Fact]
    public void A_ten_bit_address_is_an_error_and_nothing_on_the_bus()
    {
        var answer = _driver.Submit(0, [[0xF0, 0x12, 0, 0, 0, 0, 0, 0]], [1]);
        Assert.Equal(1, _driver.Read(answer[0], 1)[0]);
        Assert.Empty(Bus.Transactions);
    }

    [Fact]
    public void Groups_go_one_after_another_on_a_slow_bus()
    {
        Bus.Slow = true;
        _driver.Submit(0, [Header(Sensor, Last), [1]], [1]);
        _driver.Submit(0, [Header(Sensor, Last), [2]], [1]);
        Assert.Equal(["W76:01"], Bus.Transactions);
        Bus.Complete();
        Bus.Complete();
        Assert.Equal(["W76:01", "W76:02"], Bus.Transactions);
        Assert.NotNull(_driver.TakeUsed(0));
        Assert.NotNull(_driver.TakeUsed(0));
    }

    [Fact]
    public void A_transaction_of_before_a_reset_is_waited_for_and_never_answered()
    {
        Bus.Slow = true;
        _driver.Submit(0, [Header(Sensor, Last), [1]], [1]);
        _driver.Device.Write32(0x70, 0);
        Array.Clear(_context.Memory.Bytes);
        var again = new VirtioDriver(_driver.Device, _context.Memory).Start(1, Accepted);
        again.Submit(0, [Header(Sensor, Last), [2]], [1]);
        Assert.Equal(["W76:01"], Bus.Transactions);
        Bus.Complete();
        Assert.Null(again.TakeUsed(0));
        Bus.Complete();
        Assert.NotNull(again.TakeUsed(0));
    }

    [Fact]
    public void Half_a_group_and_one_under_way_survive_a_move()
    {
        Bus.Slow = true;
        _driver.Submit(0, [Header(Sensor, Last), [1]], [1]);
        _driver.Submit(0, [Header(Sensor, FailNext), [0xF7]], [1]);
        var there = _context.Twin();
        there.I2cPort.Slow = false;
        var twin = Create(there);
        twin.Restore(StateTree.Of(_driver.Device));
        there.Clock.Advance(0);
        var answer = _driver.MoveTo(twin, there.Memory).Submit(0, [Header(Sensor, IsRead)], [1, 1]);
        Assert.Equal(["W76:01", "W76:F7 R76:1"], there.I2cPort.Transactions);
        Assert.Equal(0xF7, there.Memory.Bytes[answer[0] - FakeMemory.Start]);
    }

    private protected override FakeDeviceContext CreateContext()
    {
        var context = new FakeDeviceContext();
        context.I2cPort.Present.Add(Sensor);
        return context;
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) => (IMmioDevice)new VirtioI2cPlugin().Create(context);

    private static byte[] Header(byte address, uint flags) => [(byte)(address << 1), 0, 0, 0, (byte)flags, 0, 0, 0];
}
