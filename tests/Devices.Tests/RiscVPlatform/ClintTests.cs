// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.RiscVPlatform;

namespace Devices.Tests.RiscVPlatform;

public sealed class ClintTests : DeviceConformance
{
    private const uint SoftwareInterrupt0 = 0, SoftwareInterrupt1 = 4, Compare0 = 0x4000, Compare1 = 0x4008, Time = 0xBFF8;

    private readonly FakeDeviceContext _context = new(("harts", "2"));

    protected override uint[] Offsets =>
        [SoftwareInterrupt0, SoftwareInterrupt1, Compare0, Compare0 + 4, Compare1, Compare1 + 4, Time, Time + 4];

    protected override ulong[] Values => [0, 1, 50_000, 100_000, uint.MaxValue, ulong.MaxValue];

    private bool TimerIrq => _context.Line("mtip0").Level;

    [Fact]
    public void At_reset_nothing_is_pending_and_time_runs_at_ten_megahertz()
    {
        var clint = Create(_context);
        Assert.Equal(0u, clint.Read32(SoftwareInterrupt0));
        Assert.Equal(ulong.MaxValue, clint.Read64(Compare0));
        Assert.Equal(0UL, clint.Read64(Time));
        _context.Clock.Advance(1_000_000_000);
        Assert.Equal(10_000_000UL, clint.Read64(Time));
        Assert.False(TimerIrq);
    }

    [Fact]
    public void A_software_interrupt_reaches_its_hart_only()
    {
        var clint = Create(_context);
        clint.Write32(SoftwareInterrupt1, 0xFFFF_FFFF);
        Assert.Equal(1u, clint.Read32(SoftwareInterrupt1));
        Assert.False(_context.Line("msip0").Level);
        Assert.True(_context.Line("msip1").Level);
        clint.Write32(SoftwareInterrupt1, 0);
        Assert.False(_context.Line("msip1").Level);
    }

    [Fact]
    public void The_timer_interrupt_comes_with_the_tick_and_goes_with_a_later_compare()
    {
        var clint = Create(_context);
        clint.Write64(Compare0, 3);
        _context.Clock.Advance(299);
        Assert.False(TimerIrq);
        _context.Clock.Advance(1);
        Assert.True(TimerIrq);
        clint.Write64(Compare0, 1000);
        Assert.False(TimerIrq);
        _context.Clock.AdvanceTo(100_000);
        Assert.True(TimerIrq);
    }

    [Fact]
    public void A_compare_written_in_halves_fires_when_both_are_there()
    {
        var clint = Create(_context);
        clint.Write32(Compare0, 0xFFFF_FFFF);
        clint.Write32(Compare0 + 4, 0);
        clint.Write32(Compare0, 7);
        Assert.Equal(7UL, clint.Read64(Compare0));
        _context.Clock.Advance(700);
        Assert.True(TimerIrq);
    }

    [Fact]
    public void Halves_of_the_time_read_what_the_whole_is()
    {
        var clint = Create(_context);
        clint.Write64(Time, 0x1234_5678_9ABC_DEF0);
        Assert.Equal(0x9ABC_DEF0u, clint.Read32(Time));
        Assert.Equal(0x1234_5678u, clint.Read32(Time + 4));
    }

    [Fact]
    public void Writing_the_time_moves_the_interrupt()
    {
        var clint = Create(_context);
        clint.Write64(Compare0, 1_000_000);
        clint.Write64(Time, 999_999);
        Assert.False(TimerIrq);
        _context.Clock.Advance(100);
        Assert.True(TimerIrq);
        clint.Write64(Time, 0);
        Assert.False(TimerIrq);
    }

    [Fact]
    public void Each_hart_has_a_compare_of_its_own()
    {
        var clint = Create(_context);
        clint.Write64(Compare0, 20);
        clint.Write64(Compare1, 10);
        _context.Clock.AdvanceTo(1_000);
        Assert.False(TimerIrq);
        Assert.True(_context.Line("mtip1").Level);
        _context.Clock.AdvanceTo(2_000);
        Assert.True(TimerIrq);
    }

    [Fact]
    public void A_timebase_that_divides_no_nanosecond_never_fires_early_and_never_drifts()
    {
        var context = new FakeDeviceContext(("timebaseHz", "32768"));
        var clint = Create(context);
        clint.Write64(Compare0, 32_768_000);
        context.Clock.AdvanceTo(1_000_000_000_000 - 1);
        Assert.False(context.Line("mtip0").Level);
        context.Clock.Advance(1);
        Assert.True(context.Line("mtip0").Level);
        Assert.Equal(32_768_000UL, clint.Read64(Time));
    }

    [Fact]
    public void The_timer_interrupt_is_not_late_by_what_passes_while_it_is_set()
    {
        var clint = Create(_context);
        _context.Clock.StepNs = 1_000; // each look at the clock takes ten ticks
        clint.Write64(Compare0, clint.Read64(Time) + 50);
        _context.Clock.StepNs = 0;
        for (var i = 0; i < 60; i++)
        {
            _context.Clock.Advance(100);
            CheckInvariants(clint, _context);
        }
        Assert.True(_context.Line("mtip0").Level);
    }

    [Fact]
    public void Narrow_accesses_and_other_offsets_are_unassigned()
    {
        var clint = Create(_context);
        clint.Write8(SoftwareInterrupt0, 1);
        Assert.False(_context.Line("msip0").Level);
        Assert.Equal(0u, clint.Read32(8));
        Assert.Equal(0u, clint.Read32(0x4010));
        Assert.Equal([8u, 0x4010u], _context.Unassigned.Reads);
    }

    [Fact]
    public void A_state_for_another_number_of_harts_is_refused()
    {
        var state = StateTree.Of(Create(_context));
        Assert.Throws<StateException>(() => Create(new FakeDeviceContext()).Restore(state));
    }

    private protected override FakeDeviceContext CreateContext() => new(("harts", "2"));

    private protected override IMmioDevice Create(FakeDeviceContext context) => (IMmioDevice)new ClintPlugin().Create(context);

    private protected override void CheckInvariants(IMmioDevice device, FakeDeviceContext context)
    {
        for (uint hart = 0; hart < 2; hart++)
        {
            Assert.Equal(device.Read64(Time) >= device.Read64(Compare0 + 8 * hart), context.Line($"mtip{hart}").Level);
            Assert.Equal(device.Read32(4 * hart) == 1, context.Line($"msip{hart}").Level);
        }
    }
}
