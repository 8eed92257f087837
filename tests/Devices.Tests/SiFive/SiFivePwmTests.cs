// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.SiFive;

namespace Devices.Tests.SiFive;

/// <summary>A clock of 1 MHz, so that a count at scale 0 is 1,000 ns and a full cycle 65.536 ms.</summary>
public sealed class SiFivePwmTests : DeviceConformance
{
    private const uint Configuration = 0x00, Count = 0x08, ScaledCount = 0x10, Compare0 = 0x20, Compare1 = 0x24, Compare3 = 0x2C;
    private const uint Sticky = 1 << 8, ZeroCompare = 1 << 9, Always = 1 << 12, Once = 1 << 13;
    private const long CountNs = 1_000, CycleNs = 65_536 * CountNs;

    private readonly FakeDeviceContext _context;
    private readonly IMmioDevice _pwm;

    public SiFivePwmTests()
    {
        _context = CreateContext();
        _pwm = Create(_context);
    }

    protected override uint[] Offsets => [Configuration, Count, ScaledCount, Compare0, Compare1, Compare1 + 4, Compare3];

    protected override ulong[] Values =>
    [
        0, 1, Always, Always | 4, Always | Sticky, Always | Sticky | ZeroCompare, Once, Once | Sticky,
        Always | 0x000F_0000, Always | 0x0F00_0000, 100, 5000, 0xFFFF,
    ];

    [Fact]
    public void At_reset_nothing_runs_and_outputs_are_off()
    {
        foreach (var offset in Offsets) Assert.Equal(0u, _pwm.Read32(offset));
        _context.Clock.Advance(CycleNs);
        Assert.Equal(0u, _pwm.Read32(Count));
        Assert.Equal(PwmSetting.Off, Output(0));
    }

    [Fact]
    public void The_counter_follows_guest_time_and_starts_over_after_its_cycle()
    {
        _pwm.Write32(Configuration, Always);
        _context.Clock.Advance(5 * CountNs);
        Assert.Equal(5u, _pwm.Read32(Count));
        _context.Clock.Advance(CycleNs);
        Assert.Equal(5u, _pwm.Read32(Count));
    }

    [Fact]
    public void On_a_live_clock_a_comparator_is_told_when_it_is_reached_and_not_before()
    {
        _context.Clock.StepNs = 90;
        for (var i = 0; i < 100; i++)
        {
            _pwm.Write32(Configuration, 0);
            foreach (var compare in (uint[])[Compare0, Compare1, Compare1 + 4, Compare3]) _pwm.Write32(compare, 5_000);
            _pwm.Write32(Count, 0);
            _pwm.Write32(Configuration, Always | Sticky);
            Assert.Equal(Always | Sticky, _pwm.Read32(Configuration));
            Assert.DoesNotContain("irq", _context.Outputs());
        }
        _context.Clock.Elapse(5_000 * CountNs);
        _context.Clock.FireDue();
        Assert.Equal(0xF000_0000 | Always | Sticky, _pwm.Read32(Configuration));
    }

    [Fact]
    public void A_comparator_that_was_reached_and_not_told_when_the_state_was_saved_is_told_at_once_afterwards()
    {
        _pwm.Write32(Compare1, 100);
        _pwm.Write32(Configuration, Always | Sticky);
        foreach (var compare in (uint[])[Compare0, Compare1 + 4, Compare3]) _pwm.Write32(compare, 0xFFFF);
        _pwm.Write32(Count, 0);
        _pwm.Write32(Configuration, Always | Sticky);
        _context.Clock.Elapse(101 * CountNs);
        var state = StateTree.Of(_pwm);
        var there = _context.Twin();
        Create(there).Restore(state);
        there.Clock.FireDue();
        Assert.True(there.Line("irq1").Level);
    }

    [Fact]
    public void The_scale_slows_the_comparators_not_the_counter()
    {
        _pwm.Write32(Configuration, Always | 4);
        _context.Clock.Advance(CycleNs + 16 * CountNs);
        Assert.Equal(65_552u, _pwm.Read32(Count));
        Assert.Equal(4_097u, _pwm.Read32(ScaledCount));
    }

    [Fact]
    public void The_counter_can_be_written_and_stands_when_stopped()
    {
        _pwm.Write32(Count, 1000);
        Assert.Equal(1000u, _pwm.Read32(Count));
        _pwm.Write32(Configuration, Always);
        _context.Clock.Advance(10 * CountNs);
        _pwm.Write32(Configuration, 0);
        _context.Clock.Advance(10 * CountNs);
        Assert.Equal(1010u, _pwm.Read32(Count));
    }

    [Fact]
    public void An_output_is_low_until_its_comparator_is_reached()
    {
        _pwm.Write32(Configuration, Always);
        _pwm.Write32(Compare1, 0x4000);
        Assert.Equal(new PwmSetting(CycleNs, CycleNs / 4, Enabled: true, Inverted: true), Output(1));
        Assert.Equal(0u, Pending(1));
        _context.Clock.Advance(CycleNs / 4);
        Assert.Equal(1u, Pending(1));
    }

    [Fact]
    public void A_comparator_of_zero_is_always_high()
    {
        _pwm.Write32(Configuration, Always);
        Assert.Equal(new PwmSetting(CycleNs, 0, Enabled: true, Inverted: true), Output(2));
    }

    [Fact]
    public void Linux_gets_the_period_and_duty_it_asks_for()
    {
        // pwm-sifive for 4 ms of 10.48576 ms at 50 MHz: scale 3, and 40 ns short of the half of 65,536.
        var context = new FakeDeviceContext();
        var pwm = Create(context);
        pwm.Write32(Configuration, Always | 3);
        pwm.Write32(Compare0, 25_000);
        Assert.Equal(new PwmSetting(10_485_760, 4_000_000, Enabled: true, Inverted: true), context.PwmPort(0).Setting);
    }

    [Fact]
    public void With_zero_compare_the_first_comparator_sets_the_cycle()
    {
        _pwm.Write32(Compare0, 999);
        _pwm.Write32(Compare1, 250);
        _pwm.Write32(Configuration, Always | ZeroCompare);
        Assert.Equal(new PwmSetting(1000 * CountNs, 250 * CountNs, Enabled: true, Inverted: true), Output(1));
        _context.Clock.Advance(1003 * CountNs);
        Assert.Equal(3u, _pwm.Read32(Count));
    }

    [Fact]
    public void A_comparator_beyond_the_cycle_is_never_reached()
    {
        _pwm.Write32(Compare0, 999);
        _pwm.Write32(Compare1, 2000);
        _pwm.Write32(Configuration, Always | ZeroCompare);
        Assert.Equal(new PwmSetting(1000 * CountNs, 1000 * CountNs, Enabled: true, Inverted: true), Output(1));
    }

    [Fact]
    public void A_centred_comparator_is_high_around_the_middle()
    {
        _pwm.Write32(Compare1, 0x4000);
        _pwm.Write32(Configuration, Always | 2 << 16);
        Assert.Equal(CycleNs / 2, Output(1).DutyNs);
        Assert.Equal(0u, Pending(1));
        _context.Clock.Advance(CycleNs / 2);
        Assert.Equal(1u, Pending(1));
        _context.Clock.Advance(CycleNs / 4 + CountNs);
        Assert.Equal(0u, Pending(1));
    }

    [Fact]
    public void A_ganged_output_ends_where_its_neighbour_begins()
    {
        _pwm.Write32(Compare1, 0x4000);
        _pwm.Write32(Compare1 + 4, 0x6000);
        _pwm.Write32(Configuration, Always | 2 << 24);
        Assert.Equal(CycleNs - CycleNs / 8, Output(1).DutyNs); // high for an eighth
    }

    [Fact]
    public void A_single_cycle_stops_by_itself()
    {
        _pwm.Write32(Compare1, 0x4000);
        _pwm.Write32(Configuration, Once);
        Assert.True(Output(1).Enabled);
        _context.Clock.Advance(CycleNs - CountNs);
        Assert.True(Output(1).Enabled);
        _context.Clock.Advance(CountNs);
        Assert.Equal(PwmSetting.Off, Output(1));
        Assert.Equal(0u, _pwm.Read32(Configuration) & Once);
        Assert.Equal(0u, _pwm.Read32(Count));
    }

    [Fact]
    public void A_sticky_comparator_interrupts_until_the_guest_clears_it()
    {
        _pwm.Write32(Compare0, 99);
        _pwm.Write32(Configuration, Always | Sticky | ZeroCompare);
        _context.Clock.Advance(98 * CountNs);
        Assert.False(Irq(0));
        _context.Clock.Advance(CountNs);
        Assert.True(Irq(0));
        _context.Clock.Advance(50 * CountNs);
        Assert.True(Irq(0));
        _pwm.Write32(Configuration, Always | Sticky | ZeroCompare);
        Assert.False(Irq(0));
        _context.Clock.Advance(50 * CountNs);
        Assert.True(Irq(0));
    }

    [Fact]
    public void A_running_wave_that_nobody_listens_to_sets_no_timer()
    {
        _pwm.Write32(Compare1, 0x4000);
        _pwm.Write32(Configuration, Always);
        Assert.False(_context.Clock.HasTimers);
        _context.Clock.Advance(CycleNs / 2);
        Assert.False(Irq(1));
    }

    [Fact]
    public void Live_interrupts_follow_the_wave()
    {
        var context = new FakeDeviceContext(("clockHz", "1000000"), ("liveInterrupts", "true"));
        var pwm = Create(context);
        pwm.Write32(Compare1, 0x4000);
        pwm.Write32(Configuration, Always);
        context.Clock.Advance(CycleNs / 4);
        Assert.True(context.Line("irq1").Level);
        context.Clock.Advance(CycleNs * 3 / 4);
        Assert.False(context.Line("irq1").Level);
        context.Clock.Advance(CycleNs * 10);
        Assert.Equal(11, context.Line("irq1").RisingEdges);
    }

    [Fact]
    public void Changing_the_scale_keeps_the_count()
    {
        _pwm.Write32(Configuration, Always);
        _context.Clock.Advance(1000 * CountNs);
        _pwm.Write32(Configuration, Always | 2);
        Assert.Equal(1000u, _pwm.Read32(Count));
    }

    private protected override FakeDeviceContext CreateContext() => new(("clockHz", "1000000"));

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new SiFivePwmPlugin().Create(context);

    private protected override void CheckInvariants(IMmioDevice device, FakeDeviceContext context)
    {
        for (var i = 0; i < 4; i++)
        {
            var setting = context.PwmPort(i).Setting;
            Assert.InRange(setting.DutyNs, 0, setting.PeriodNs);
            Assert.Equal((device.Read32(Configuration) & (Always | Once)) != 0, setting.Enabled);
        }
        Assert.True(device.Read32(Count) < 1u << 31);
    }

    private PwmSetting Output(int index) => _context.PwmPort(index).Setting;

    private bool Irq(int index) => _context.Line($"irq{index}").Level;

    private uint Pending(int index) => _pwm.Read32(Configuration) >> 28 + index & 1;
}
