// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

namespace Devices.Tests.Virtio;

public sealed class VirtioSpiTests : VirtioConformance
{
    private readonly FakeDeviceContext _context = new();
    private readonly VirtioDriver _driver;

    public VirtioSpiTests() => _driver = new VirtioDriver(Create(_context), _context.Memory).Start(1);

    protected override int Queues => 1;

    protected override uint DeviceId => 45;

    protected override bool BehavesAlikeInTransactions => false;

    private FakeSpiPort Chip => _context.SpiPort(1);

    [Fact]
    public void The_configuration_tells_what_it_can()
    {
        Assert.Equal(4, _driver.Device.Read8(0x100));
        Assert.Equal(1, _driver.Device.Read8(0x101));
        Assert.Equal(1u << 7, _driver.Device.Read32(0x104));
        Assert.Equal(0x2Fu, _driver.Device.Read32(0x108)); // both phases, both polarities, either bit order
    }

    [Fact]
    public void A_transfer_goes_both_ways_at_once()
    {
        var answer = _driver.Submit(0, [Header(mode: 3, frequencyHz: 1_000_000), [1, 2]], [2, 1]);
        Assert.Equal([0xFE, 0xFD], _driver.Read(answer[0], 2));
        Assert.Equal(0, _driver.Read(answer[1], 1)[0]);
        Assert.Equal(["0102"], Chip.Selections);
        Assert.Equal(new SpiSettings(true, true, false, 8, 1_000_000), Chip.Settings[0]);
        Assert.False(Chip.Selected);
    }

    [Fact]
    public void A_read_sends_zeros_and_a_write_answers_only_its_result()
    {
        var read = _driver.Submit(0, [Header()], [2, 1]);
        Assert.Equal([0xFF, 0xFF], _driver.Read(read[0], 2));
        _driver.Submit(0, [Header(), [7]], [1]);
        Assert.Equal(["0000", "07"], Chip.Selections);
        _driver.TakeUsed(0);
        Assert.Equal(1u, _driver.TakeUsed(0)!.Value.Length);
    }

    [Fact]
    public void A_chip_stays_selected_until_a_transfer_that_lets_go()
    {
        _driver.Submit(0, [Header(letGo: 0), [1]], [1]);
        Assert.True(Chip.Selected);
        _driver.Submit(0, [Header(letGo: 1), [2]], [1]);
        Assert.Equal(["0102"], Chip.Selections);
        Assert.False(Chip.Selected);
    }

    [Theory]
    [InlineData(0, 4)] // a chip select that does not exist
    [InlineData(1, 9)] // bits in a word
    [InlineData(2, 2)] // neither keep nor let go
    [InlineData(3, 2)] // two lines
    [InlineData(8, 4)] // an active-high select
    [InlineData(16, 1)] // a delay
    public void What_it_cannot_do_is_a_parameter_error(int at, byte value)
    {
        var header = Header();
        header[at] = value;
        var answer = _driver.Submit(0, [header, [1]], [1]);
        Assert.Equal(1, _driver.Read(answer[0], 1)[0]);
        Assert.Equal(0, Chip.Transfers);
    }

    [Fact]
    public void Two_directions_of_different_length_are_a_parameter_error()
    {
        var answer = _driver.Submit(0, [Header(), [1, 2, 3]], [2, 1]);
        Assert.Equal(1, _driver.Read(answer[1], 1)[0]);
    }

    [Fact]
    public void A_bus_that_fails_is_a_transfer_error()
    {
        Chip.Status = BusStatus.TimedOut;
        var answer = _driver.Submit(0, [Header(), [1]], [1]);
        Assert.Equal(2, _driver.Read(answer[0], 1)[0]);
    }

    [Fact]
    public void The_rest_of_a_selection_that_a_move_broke_fails_and_the_next_one_works()
    {
        _driver.Submit(0, [Header(letGo: 0), [1]], [1]);
        var there = _context.Twin();
        var twin = Create(there);
        twin.Restore(StateTree.Of(_driver.Device));
        var driver = _driver.MoveTo(twin, there.Memory);
        var broken = driver.Submit(0, [Header(letGo: 1), [2]], [1]);
        Assert.Equal(2, driver.Read(broken[0], 1)[0]);
        var sound = driver.Submit(0, [Header(), [3]], [1]);
        Assert.Equal(0, driver.Read(sound[0], 1)[0]);
        Assert.Equal(["03"], there.SpiPort(1).Selections);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) => (IMmioDevice)new VirtioSpiPlugin().Create(context);

    private static byte[] Header(byte letGo = 1, byte mode = 0, uint frequencyHz = 0) =>
        [1, 8, letGo, 0, 0, 0, 0, 0, mode, 0, 0, 0, .. BitConverter.GetBytes(frequencyHz), .. new byte[16]];
}
