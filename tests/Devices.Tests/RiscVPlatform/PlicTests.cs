// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.RiscVPlatform;

namespace Devices.Tests.RiscVPlatform;

public sealed class PlicTests : DeviceConformance
{
    private const uint Pending = 0x1000, EnableMachine = 0x2000, EnableSupervisor = 0x2080,
        ThresholdMachine = 0x20_0000, ClaimMachine = 0x20_0004, ThresholdSupervisor = 0x20_1000, ClaimSupervisor = 0x20_1004;

    private readonly FakeDeviceContext _context = new();
    private readonly IMmioDevice _plic;

    public PlicTests() => _plic = Create(_context);

    protected override uint[] Offsets =>
    [
        4, 8, 40, 4 * 95, Pending, Pending + 8, EnableMachine, EnableMachine + 8, EnableSupervisor,
        ThresholdMachine, ClaimMachine, ThresholdSupervisor, ClaimSupervisor,
    ];

    protected override ulong[] Values => [0, 1, 2, 7, 10, 95, 0xFFFF_FFFF];

    private bool MachineIrq => _context.Line("context0").Level;

    private bool SupervisorIrq => _context.Line("context1").Level;

    [Fact]
    public void At_reset_nothing_is_enabled_or_pending()
    {
        foreach (var offset in Offsets) Assert.Equal(0u, _plic.Read32(offset));
        Assert.False(MachineIrq);
    }

    [Fact]
    public void A_source_interrupts_when_enabled_with_a_priority_above_the_threshold()
    {
        Source(10).Drive(true);
        Assert.Equal(1u << 10, _plic.Read32(Pending));
        Assert.False(MachineIrq);
        Enable(EnableMachine, 10);
        Assert.False(MachineIrq); // priority 0 is never
        _plic.Write32(4 * 10, 3);
        Assert.True(MachineIrq);
        _plic.Write32(ThresholdMachine, 3);
        Assert.False(MachineIrq);
        _plic.Write32(ThresholdMachine, 2);
        Assert.True(MachineIrq);
        Assert.False(SupervisorIrq);
    }

    [Fact]
    public void A_claim_takes_the_request_and_drops_the_line_until_completion()
    {
        Prepare(10, priority: 1);
        Source(10).Drive(true);
        Assert.Equal(10u, _plic.Read32(ClaimMachine));
        Assert.Equal(0u, _plic.Read32(Pending));
        Assert.False(MachineIrq);
        Assert.Equal(0u, _plic.Read32(ClaimMachine));
        _plic.Write32(ClaimMachine, 10);
        Assert.True(MachineIrq); // the level still stands
        Assert.Equal(10u, _plic.Read32(ClaimMachine));
        Source(10).Drive(false);
        _plic.Write32(ClaimMachine, 10);
        Assert.False(MachineIrq);
    }

    [Fact]
    public void A_level_that_comes_back_while_in_service_is_forwarded_at_completion()
    {
        Prepare(10, priority: 1);
        Source(10).Drive(true);
        _plic.Read32(ClaimMachine);
        Source(10).Drive(false);
        Source(10).Drive(true);
        Assert.Equal(0u, _plic.Read32(Pending));
        _plic.Write32(ClaimMachine, 10);
        Assert.Equal(1u << 10, _plic.Read32(Pending));
    }

    [Fact]
    public void A_request_once_forwarded_stays_when_the_level_goes()
    {
        Prepare(10, priority: 1);
        Source(10).Drive(true);
        Source(10).Drive(false);
        Assert.True(MachineIrq);
        Assert.Equal(10u, _plic.Read32(ClaimMachine));
    }

    [Fact]
    public void The_highest_priority_is_claimed_first_and_among_equals_the_lowest_number()
    {
        foreach (var (source, priority) in new[] { (3, 1u), (5, 7u), (64, 7u), (95, 2u) })
        {
            Prepare(source, priority);
            Source(source).Drive(true);
        }
        var claimed = Enumerable.Range(0, 5).Select(_ => _plic.Read32(ClaimMachine));
        Assert.Equal([5u, 64u, 95u, 3u, 0u], claimed);
    }

    [Fact]
    public void A_claim_does_not_ask_the_threshold()
    {
        Prepare(10, priority: 1);
        _plic.Write32(ThresholdMachine, 7);
        Source(10).Drive(true);
        Assert.False(MachineIrq);
        Assert.Equal(10u, _plic.Read32(ClaimMachine));
    }

    [Fact]
    public void Whoever_claims_first_takes_it_from_the_other_context()
    {
        Prepare(10, priority: 1);
        Enable(EnableSupervisor, 10);
        Source(10).Drive(true);
        Assert.True(MachineIrq && SupervisorIrq);
        Assert.Equal(10u, _plic.Read32(ClaimSupervisor));
        Assert.False(MachineIrq || SupervisorIrq);
        Assert.Equal(0u, _plic.Read32(ClaimMachine));
    }

    [Fact]
    public void Completing_a_source_that_is_not_enabled_there_is_ignored()
    {
        Prepare(10, priority: 1);
        Source(10).Drive(true);
        _plic.Read32(ClaimMachine);
        _plic.Write32(ClaimSupervisor, 10);
        Assert.Equal(0u, _plic.Read32(Pending));
        _plic.Write32(ClaimMachine, 0);
        _plic.Write32(ClaimMachine, 5000);
        Assert.Equal(0u, _plic.Read32(Pending));
    }

    [Fact]
    public void Registers_keep_only_bits_that_exist()
    {
        _plic.Write32(4 * 10, 0xFF);
        Assert.Equal(7u, _plic.Read32(4 * 10));
        _plic.Write32(EnableMachine, 0xFFFF_FFFF);
        Assert.Equal(0xFFFF_FFFEu, _plic.Read32(EnableMachine));
        _plic.Write32(ThresholdMachine, 0x18);
        Assert.Equal(0u, _plic.Read32(ThresholdMachine));
        _plic.Write32(Pending, 0xFFFF_FFFF);
        Assert.Equal(0u, _plic.Read32(Pending));
    }

    [Fact]
    public void The_number_of_sources_bounds_inputs_enables_and_priorities()
    {
        var context = new FakeDeviceContext(("sources", "33"), ("contexts", "1"));
        var plic = Create(context);
        Assert.Null(Controller(plic).FindInput(0));
        Assert.Null(Controller(plic).FindInput(34));
        Assert.NotNull(Controller(plic).FindInput(33));
        plic.Write32(EnableMachine + 4, 0xFFFF_FFFF);
        Assert.Equal(3u, plic.Read32(EnableMachine + 4));
        plic.Write32(EnableSupervisor, 1);
        plic.Read32(4 * 34);
        Assert.Equal([EnableSupervisor], context.Unassigned.Writes);
        Assert.Equal([4 * 34u], context.Unassigned.Reads);
    }

    [Fact]
    public void A_line_that_stays_high_over_a_reset_is_pending_again()
    {
        Prepare(10, priority: 1);
        Source(10).Drive(true);
        _plic.Read32(ClaimMachine);
        _plic.Reset();
        Assert.False(MachineIrq);
        Prepare(10, priority: 1);
        Assert.True(MachineIrq);
    }

    private protected override IMmioDevice Create(FakeDeviceContext context) => (IMmioDevice)new PlicPlugin().Create(context);

    private protected override void Prime(IMmioDevice device)
    {
        for (var source = 1; source <= 95; source++) Controller(device).FindInput(source)!.Drive(source % 3 == 0);
    }

    private protected override void CheckInvariants(IMmioDevice device, FakeDeviceContext context)
    {
        // A context is notified exactly when a pending, enabled source has a priority above its threshold.
        for (uint target = 0; target < 2; target++)
        {
            var threshold = device.Read32(ThresholdMachine + 0x1000 * target);
            var due = Enumerable.Range(1, 95).Any(source =>
                Bit(device, Pending, source) && Bit(device, EnableMachine + 0x80 * target, source)
                && device.Read32(4 * (uint)source) > threshold);
            Assert.Equal(due, context.Line($"context{target}").Level);
        }
    }

    private static bool Bit(IMmioDevice device, uint offset, int source) =>
        (device.Read32(offset + 4 * ((uint)source / 32)) >> source % 32 & 1) != 0;

    private static IInterruptController Controller(IMmioDevice plic) => (IInterruptController)plic;

    private IInterruptLine Source(int number) => Controller(_plic).FindInput(number)!;

    private void Enable(uint enables, int source)
    {
        var offset = enables + 4 * ((uint)source / 32);
        _plic.Write32(offset, _plic.Read32(offset) | 1u << source % 32);
    }

    private void Prepare(int source, uint priority)
    {
        _plic.Write32(4 * (uint)source, priority);
        Enable(EnableMachine, source);
    }
}
