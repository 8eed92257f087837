// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>
/// What all peripherals have: tasks that are triggered by writing 1 or by the PPI, events that latch, raise the interrupt
/// when enabled, and go to the PPI.
/// </summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 8.1: base address 0x40000000 + ID · 0x1000.</remarks>
internal abstract class NrfPeripheral : RegisterDevice
{
    private const uint FirstEvent = 0x100, Interrupts = 0x300, InterruptSet = 0x304, InterruptClear = 0x308, Power = 0xFFC;
    private readonly IInterruptLine _irq;
    private readonly uint _base;
    private readonly List<Event> _events = [];
    private readonly DeviceRegister _power;
    private uint _interrupts; // those that there are

    protected NrfPeripheral(IDeviceContext context) : base(context.Unassigned)
    {
        Clock = context.Clock;
        System = context.Share(() => new EventSystem());
        _irq = context.Output("irq");
        _base = 0x4000_0000 + ((uint)context.Options.GetInteger("id", fallback: 0, minimum: 0, maximum: 31) * 0x1000);
        InterruptEnable = Map.Hidden("interruptEnable");
        Map.Read(Interrupts, () => InterruptEnable.Value).Write(Interrupts, value => InterruptEnable.Value = value & _interrupts);
        Map.Read(InterruptSet, () => InterruptEnable.Value).Write(InterruptSet, value => InterruptEnable.Value |= value & _interrupts);
        Map.Read(InterruptClear, () => InterruptEnable.Value).Write(InterruptClear, value => InterruptEnable.Value &= ~value);
        _power = Map.Add(Power, "power", reset: 1, bits: 1, written: _ => SwitchPower());
    }

    protected IGuestClock Clock { get; }

    protected EventSystem System { get; }

    /// <summary>A bit for each event that raises the interrupt.</summary>
    protected DeviceRegister InterruptEnable { get; }

    /// <summary>An event: its register holds 1 from when it happened until the guest clears it.</summary>
    protected Event AddEvent(uint offset, string name)
    {
        var added = new Event(Map.Add(offset, name, bits: 1), _base + offset, 1u << (int)((offset - FirstEvent) / 4));
        _events.Add(added);
        _interrupts |= added.Bit;
        return added;
    }

    protected void AddTask(uint offset, Action task)
    {
        Map.Write(offset, value =>
        {
            if ((value & 1) != 0) task();
        });
        System.AddTask(_base + offset, () =>
        {
            task();
            Update();
        });
    }

    /// <summary>The event happens.</summary>
    protected void Fire(Event happened)
    {
        happened.Register.Value = 1;
        System.Happened(happened.Address);
        Update();
    }

    protected override void Update()
    {
        var level = false;
        foreach (var one in _events) level |= one.Register.Value != 0 && InterruptEnable.Has(one.Bit);
        _irq.Drive(level);
    }

    // Without power a peripheral forgets everything: drivers clear errors so.
    private void SwitchPower()
    {
        if (_power.Value != 0) return;
        Reset();
        _power.Value = 0;
    }

    /// <summary>An event's register, its address for the PPI, and its bit among the interrupts.</summary>
    protected sealed record Event(DeviceRegister Register, uint Address, uint Bit);
}
