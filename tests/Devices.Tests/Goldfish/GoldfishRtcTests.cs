// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Goldfish;

namespace Devices.Tests.Goldfish;

public sealed class GoldfishRtcTests : DeviceConformance
{
    private const uint TimeLow = 0x00, TimeHigh = 0x04, AlarmLow = 0x08, AlarmHigh = 0x0C,
        InterruptEnable = 0x10, ClearAlarm = 0x14, AlarmStatus = 0x18, ClearInterrupt = 0x1C;

    private const ulong Today = 1_790_000_000_123_456_789;

    private readonly FakeDeviceContext _context = new() { WallClockNs = (long)Today };
    private readonly IMmioDevice _rtc;

    public GoldfishRtcTests() => _rtc = Create(_context);

    protected override uint[] Offsets => [TimeLow, TimeHigh, AlarmLow, AlarmHigh, InterruptEnable, ClearAlarm, AlarmStatus, ClearInterrupt];

    private bool Irq => _context.Line("irq").Level;

    private ulong Now => _rtc.Read32(TimeLow) | (ulong)_rtc.Read32(TimeHigh) << 32;

    [Fact]
    public void It_tells_the_wall_clock()
    {
        Assert.Equal(Today, Now);
        Pass(5);
        Assert.Equal(Today + 5, Now);
    }

    [Fact]
    public void The_high_half_is_that_of_the_low_half_read_before()
    {
        _context.WallClockNs = 0x1_FFFF_FFFF;
        Assert.Equal(0xFFFF_FFFFu, _rtc.Read32(TimeLow));
        Pass(1);
        Assert.Equal(1u, _rtc.Read32(TimeHigh));
    }

    [Fact]
    public void It_can_be_set_and_goes_on_from_there()
    {
        _rtc.Write32(TimeHigh, 7);
        _rtc.Write32(TimeLow, 100);
        Pass(11);
        Assert.Equal(7UL << 32 | 111, Now);
    }

    [Fact]
    public void An_alarm_interrupts_at_its_time_until_cleared()
    {
        _rtc.Write32(InterruptEnable, 1);
        Arm(Today + 1000);
        Assert.Equal(1u, _rtc.Read32(AlarmStatus));
        Pass(999);
        Assert.False(Irq);
        Pass(1);
        Assert.True(Irq);
        Assert.Equal(0u, _rtc.Read32(AlarmStatus));
        _rtc.Write32(ClearInterrupt, 1);
        Assert.False(Irq);
    }

    [Fact]
    public void An_alarm_in_the_past_interrupts_at_once_and_a_cleared_one_never()
    {
        _rtc.Write32(InterruptEnable, 1);
        Arm(Today + 10);
        _rtc.Write32(ClearAlarm, 1);
        Pass(20);
        Assert.False(Irq);
        Arm(Today);
        Assert.True(Irq);
    }

    [Fact]
    public void An_alarm_that_came_due_on_the_way_is_raised_at_arrival()
    {
        _rtc.Write32(InterruptEnable, 1);
        Arm(Today + 1000);
        var there = new FakeDeviceContext { WallClockNs = (long)Today + 5000 };
        Create(there).Restore(StateTree.Of(_rtc));
        Assert.True(there.Line("irq").Level);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new GoldfishRtcPlugin().Create(context);

    private void Arm(ulong time)
    {
        _rtc.Write32(AlarmHigh, (uint)(time >> 32));
        _rtc.Write32(AlarmLow, (uint)time);
    }

    private void Pass(long nanoseconds)
    {
        _context.WallClockNs += nanoseconds;
        _context.Clock.Advance(nanoseconds);
    }
}
