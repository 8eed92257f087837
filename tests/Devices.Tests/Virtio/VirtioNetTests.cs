// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

namespace Devices.Tests.Virtio;

public sealed class VirtioNetTests : VirtioConformance
{
    private const int Receive = 0, Transmit = 1;

    private readonly FakeDeviceContext _context;
    private readonly VirtioDriver _driver;

    public VirtioNetTests()
    {
        _context = CreateContext();
        _driver = new VirtioDriver(Create(_context), _context.Memory).Start(2);
    }

    protected override int Queues => 2;

    protected override uint DeviceId => 1;

    private FakeNetPort Wire => _context.NetPort!;

    [Fact]
    public void The_address_and_the_link_are_told()
    {
        Assert.Equal([0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 1, 0], Enumerable.Range(0, 8).Select(i => _driver.Device.Read8(0x100 + (uint)i)));
        Assert.Equal(0, Create(new FakeDeviceContext()).Read8(0x106));
    }

    [Fact]
    public void A_frame_goes_out_without_its_header()
    {
        _driver.Submit(Transmit, [new byte[12], [1, 2, 3, 4]], []);
        Assert.Equal([1, 2, 3, 4], Assert.Single(Wire.Sent));
    }

    [Fact]
    public void A_frame_comes_in_behind_a_header_that_counts_one_buffer()
    {
        var buffers = _driver.Submit(Receive, [], [12 + INetPort.MaximumFrameBytes]);
        Wire.Arrive([9, 8, 7]);
        Assert.Equal((0u, 15u), _driver.TakeUsed(Receive));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 9, 8, 7], _driver.Read(buffers[0], 15));
    }

    [Fact]
    public void Frames_wait_for_buffers()
    {
        Wire.Arrive([1]);
        Wire.Arrive([2]);
        Assert.Equal(2, Wire.Waiting);
        _driver.Submit(Receive, [], [1600]);
        Assert.Equal(1, Wire.Waiting);
    }

    [Fact]
    public void A_frame_longer_than_ethernet_has_is_not_sent()
    {
        _driver.Submit(Transmit, [new byte[12], new byte[INetPort.MaximumFrameBytes + 1]], []);
        Assert.Empty(Wire.Sent);
        Assert.NotNull(_driver.TakeUsed(Transmit));
    }

    [Theory]
    [InlineData("52:54:00")]
    [InlineData("01:00:00:00:00:00")] // of a group
    [InlineData("zz:54:00:12:34:56")]
    public void An_address_that_is_none_is_refused(string mac) =>
        Assert.Throws<OptionException>(() => new VirtioNetPlugin().Create(new FakeDeviceContext(("mac", mac))));

    private protected override FakeDeviceContext CreateContext() => new() { NetPort = new FakeNetPort() };

    private protected override IMmioDevice Create(FakeDeviceContext context) => (IMmioDevice)new VirtioNetPlugin().Create(context);
}
