// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.SiFive;

namespace Devices.Tests.SiFive;

public sealed class SiFiveSpiTests : DeviceConformance
{
    private const uint ClockDivisor = 0x00, ClockMode = 0x04, ChipSelect = 0x10, ChipSelectDefault = 0x14, ChipSelectMode = 0x18,
        Delay0 = 0x28, Delay1 = 0x2C, Format = 0x40, TransmitData = 0x48, ReceiveData = 0x4C,
        TransmitMark = 0x50, ReceiveMark = 0x54, InterruptEnable = 0x70, InterruptPending = 0x74;

    private const uint Auto = 0, Hold = 2, Off = 3, TransmitWatermark = 1, ReceiveWatermark = 2, Empty = 0x8000_0000;

    private readonly FakeDeviceContext _context = new();
    private readonly IMmioDevice _spi;

    public SiFiveSpiTests() => _spi = Create(_context);

    protected override uint[] Offsets =>
    [
        ClockDivisor, ClockMode, ChipSelect, ChipSelectDefault, ChipSelectMode, Format, TransmitData, TransmitData, TransmitData,
        ReceiveData, ReceiveData, TransmitMark, ReceiveMark, InterruptEnable, InterruptPending,
    ];

    protected override ulong[] Values => [0, 1, 2, 3, 0x0008_0000, 0x0008_0004, 0x0008_0008, 0x0005_0000];

    // A selection that a restore broke reads ones: that is what another test says.
    protected override bool BehavesAlikeInTransactions => false;

    private FakeSpiPort Chip => _context.SpiPort(0);

    private bool Irq => _context.Line("irq").Level;

    [Fact]
    public void Reset_values_are_those_of_the_manual()
    {
        Assert.Equal(3u, _spi.Read32(ClockDivisor));
        Assert.Equal(0xFu, _spi.Read32(ChipSelectDefault));
        Assert.Equal(0x0001_0001u, _spi.Read32(Delay0));
        Assert.Equal(0x0000_0001u, _spi.Read32(Delay1));
        Assert.Equal(0x0008_0000u, _spi.Read32(Format));
        Assert.Equal(Empty, _spi.Read32(ReceiveData));
        uint[] zero = [ClockMode, ChipSelect, ChipSelectMode, TransmitData, TransmitMark, ReceiveMark, InterruptEnable, InterruptPending];
        foreach (var offset in zero) Assert.Equal(0u, _spi.Read32(offset));
    }

    [Theory]
    [InlineData(ClockDivisor, 0xFFFu)]
    [InlineData(ClockMode, 3u)]
    [InlineData(ChipSelect, 0xFFFF_FFFFu)]
    [InlineData(ChipSelectDefault, 0xFu)] // Linux counts the chip selects so
    [InlineData(ChipSelectMode, 3u)]
    [InlineData(Delay0, 0x00FF_00FFu)]
    [InlineData(Delay1, 0x00FF_00FFu)]
    [InlineData(Format, 0x000F_000Fu)]
    [InlineData(TransmitMark, 7u)]
    [InlineData(ReceiveMark, 7u)]
    [InlineData(InterruptEnable, 3u)]
    public void A_register_keeps_the_bits_that_exist(uint offset, uint kept)
    {
        _spi.Write32(offset, uint.MaxValue);
        Assert.Equal(kept, _spi.Read32(offset));
    }

    [Fact]
    public void What_comes_in_is_read_in_order()
    {
        Send(0x01, 0x02, 0x03);
        Assert.Equal([0xFEu, 0xFDu, 0xFCu, Empty], Enumerable.Range(0, 4).Select(_ => _spi.Read32(ReceiveData)));
    }

    [Fact]
    public void Selected_automatically_each_frame_is_a_selection()
    {
        Send(1, 2);
        _spi.Read32(InterruptPending);
        Assert.Equal(["01", "02"], Chip.Selections);
        Assert.False(Chip.Selected);
    }

    [Fact]
    public void A_held_chip_stays_selected_until_the_mode_changes()
    {
        _spi.Write32(ChipSelectMode, Hold);
        Send(1, 2, 3);
        _spi.Read32(InterruptPending);
        Send(4);
        _spi.Read32(InterruptPending);
        Assert.True(Chip.Selected);
        _spi.Write32(ChipSelectMode, Auto);
        Assert.False(Chip.Selected);
        Assert.Equal(["01020304"], Chip.Selections);
        Assert.Equal(2, Chip.Transfers); // frames that wait go together
    }

    [Theory]
    [InlineData(ChipSelect, 1u)]
    [InlineData(ChipSelectDefault, 0xEu)]
    public void A_held_chip_is_let_go_when_another_is_chosen_or_its_resting_level_changes(uint offset, uint value)
    {
        _spi.Write32(ChipSelectMode, Hold);
        Send(1);
        _spi.Write32(offset, value);
        Assert.False(Chip.Selected);
    }

    [Fact]
    public void Frames_go_to_the_chosen_chip()
    {
        _spi.Write32(ChipSelect, 2);
        Send(9);
        _spi.Read32(ReceiveData);
        Assert.Empty(Chip.Selections);
        Assert.Equal(["09"], _context.SpiPort(2).Selections);
    }

    [Theory]
    [InlineData(Off, 0u)]
    [InlineData(Auto, 9u)]
    public void With_no_chip_selected_the_line_reads_ones(uint mode, uint chip)
    {
        _spi.Write32(ChipSelectMode, mode);
        _spi.Write32(ChipSelect, chip);
        Send(0x55);
        Assert.Equal(0xFFu, _spi.Read32(ReceiveData));
        Assert.Equal(0, Chip.Transfers);
    }

    [Fact]
    public void A_setting_is_changed_after_the_frames_that_were_written_before_it()
    {
        Send(1);
        _spi.Write32(ClockMode, 3);
        Send(2);
        _spi.Read32(ReceiveData);
        Assert.Equal([false, true], Chip.Settings.Select(s => s.ClockPolarity));
    }

    [Fact]
    public void Mode_order_and_clock_reach_the_chip()
    {
        _spi.Write32(ClockDivisor, 24); // 50 MHz / 50
        _spi.Write32(ClockMode, 1);
        _spi.Write32(Format, 0x0008_0004);
        Send(1);
        _spi.Read32(ReceiveData);
        Assert.Equal(new SpiSettings(false, true, true, 8, 1_000_000), Chip.Settings[0]);
    }

    [Fact]
    public void A_short_frame_stands_at_the_upper_end()
    {
        _spi.Write32(Format, 0x0005_0000);
        Send(0b1010_1000);
        Assert.Equal(0b0101_0000u, _spi.Read32(ReceiveData) & 0xF8);
        Assert.Equal(["15"], Chip.Selections); // 10101
    }

    [Fact]
    public void Without_a_receiver_nothing_comes_in()
    {
        _spi.Write32(Format, 0x0008_0008);
        Send(1);
        Assert.Equal(Empty, _spi.Read32(ReceiveData));
        Assert.Equal(["01"], Chip.Selections);
    }

    [Fact]
    public void The_receive_watermark_interrupts_when_more_than_it_has_come()
    {
        _spi.Write32(ReceiveMark, 1);
        _spi.Write32(InterruptEnable, ReceiveWatermark);
        Send(1);
        _context.Clock.Advance(1_000_000);
        Assert.False(Irq);
        Send(2);
        _context.Clock.Advance(1_000_000);
        Assert.True(Irq);
        Assert.Equal(ReceiveWatermark, _spi.Read32(InterruptPending));
        _spi.Read32(ReceiveData);
        Assert.False(Irq);
    }

    [Fact]
    public void The_transmit_watermark_stands_while_less_than_it_waits()
    {
        _spi.Write32(TransmitMark, 1);
        _spi.Write32(InterruptEnable, TransmitWatermark);
        Assert.True(Irq);
        Send(1);
        Assert.False(Irq);
        _context.Clock.Advance(1_000_000);
        Assert.True(Irq);
    }

    [Fact]
    public void A_frame_that_nobody_looks_for_goes_after_its_time_on_the_wire()
    {
        _spi.Write32(ClockDivisor, 24);
        Send(1);
        _context.Clock.Advance(7_999);
        Assert.Equal(0, Chip.Transfers);
        _context.Clock.Advance(1);
        Assert.Equal(1, Chip.Transfers);
    }

    [Fact]
    public void Eight_frames_fill_the_fifo_of_a_slow_bus()
    {
        Chip.Slow = true;
        _spi.Write32(ChipSelectMode, Hold);
        for (byte i = 0; i < 8; i++) Send(i); // on their way
        Assert.Equal(0u, _spi.Read32(TransmitData));
        for (byte i = 8; i < 16; i++) Send(i);
        Assert.Equal(0x8000_0000u, _spi.Read32(TransmitData));
        Send(99); // lost, as on the chip
        Chip.Complete();
        Assert.Equal(0u, _spi.Read32(TransmitData));
        Assert.Equal(["000102030405060708090A0B0C0D0E0F"], Chip.Selections);
    }

    [Fact]
    public void A_chip_is_let_go_only_after_what_is_under_way()
    {
        Chip.Slow = true;
        _spi.Write32(ChipSelectMode, Hold);
        Send(1);
        _spi.Read32(InterruptPending);
        _spi.Write32(ChipSelectMode, Auto);
        Assert.True(Chip.Selected);
        Chip.Complete();
        Assert.False(Chip.Selected);
    }

    [Fact]
    public void A_bus_that_fails_reads_ones()
    {
        Chip.Status = BusStatus.Failed;
        Send(0x55);
        Assert.Equal(0xFFu, _spi.Read32(ReceiveData));
    }

    [Fact]
    public void The_rest_of_a_selection_that_a_move_broke_never_reaches_a_chip()
    {
        _spi.Write32(ChipSelectMode, Hold);
        Send(0x03);
        _spi.Read32(InterruptPending);
        Assert.True(_spi.InTransaction);
        var there = _context.Twin();
        var twin = Create(there);
        twin.Restore(StateTree.Of(_spi));
        twin.Read32(ReceiveData);
        twin.Write32(TransmitData, 0x10);
        Assert.Equal(0xFFu, twin.Read32(ReceiveData));
        Assert.Equal(0, there.SpiPort(0).Transfers);
        twin.Write32(ChipSelectMode, Auto);
        twin.Write32(TransmitData, 0x9F);
        Assert.Equal(0x60u, twin.Read32(ReceiveData));
        Assert.Equal(["9F"], there.SpiPort(0).Selections);
    }

    [Fact]
    public void A_transfer_from_before_a_reset_ends_unheard()
    {
        Chip.Slow = true;
        Send(1);
        _spi.Read32(InterruptPending);
        _spi.Reset();
        Send(2);
        _spi.Read32(InterruptPending);
        Chip.Complete();
        Chip.Complete();
        Assert.Equal([0xFDu, Empty], new[] { _spi.Read32(ReceiveData), _spi.Read32(ReceiveData) });
    }

    [Fact]
    public void A_transfer_as_linux_makes_it_needs_one_transaction_per_fifo_load()
    {
        _spi.Write32(ChipSelectMode, Hold);
        var received = new List<byte>();
        for (var load = 0; load < 2; load++)
        {
            for (byte i = 0; i < 8; i++)
            {
                Assert.Equal(0u, _spi.Read32(TransmitData));
                Send(i);
            }
            _spi.Write32(ReceiveMark, 7);
            Assert.Equal(ReceiveWatermark, _spi.Read32(InterruptPending));
            for (var i = 0; i < 8; i++) received.Add((byte)_spi.Read32(ReceiveData));
        }
        _spi.Write32(ChipSelectMode, Auto);
        Assert.Equal(2, Chip.Transfers);
        Assert.Single(Chip.Selections);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (byte)~(i % 8)), received);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new SiFiveSpiPlugin().Create(context);

    private protected override void Outside(FakeDeviceContext context, ulong value)
    {
        for (var chip = 0; chip < 4; chip++)
        {
            var port = context.SpiPort(chip);
            if (port.IsBusy) port.Complete();
            else port.Slow = (value & 1) != 0;
        }
    }

    private protected override void CheckInvariants(IMmioDevice device, FakeDeviceContext context)
    {
        // Looking at the pending bits sends what waits; afterwards line and bits agree.
        var pending = device.Read32(InterruptPending);
        Assert.Equal((pending & device.Read32(InterruptEnable)) != 0, context.Line("irq").Level);
    }

    private void Send(params byte[] frames)
    {
        foreach (var frame in frames) _spi.Write32(TransmitData, frame);
    }
}
