// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>Watchdog: at the first zero an interrupt, at the second, when nobody cleared it, a reset of the machine.</summary>
/// <remarks>Arm DDI 0479, chapter 4.4. The interrupt is wired to NMI on the boards; without that wire it goes nowhere.</remarks>
internal sealed class CmsdkWatchdog : RegisterDevice
{
    private const uint InterruptEnable = 1, ResetEnable = 2, Key = 0x1ACC_E551;

    private readonly IInterruptLine _irq;
    private readonly IMachineControl _machine;
    private readonly DownCounter _counter;
    private readonly DeviceRegister _load, _control, _raw, _locked;

    public CmsdkWatchdog(IDeviceContext context) : base(context.Unassigned)
    {
        (_irq, _machine) = (context.Output("irq"), context.Machine);
        var clockHz = (uint)context.Options.GetInteger("clockHz", fallback: 25_000_000, minimum: 1, maximum: 1_000_000_000);
        _counter = Map.Include("counter", new DownCounter(context.Clock, clockHz, OnZero) { Reload = () => _load!.Value, Listens = () => true });
        (_raw, _locked) = (Map.Hidden("raw", bits: 1), Map.Hidden("locked", bits: 1));
        _load = Map.Hidden("load", reset: uint.MaxValue);
        _control = Map.Hidden("control", bits: 3);
        Map.Read(0x00, () => _load.Value).Write(0x00, Unlocked(value => _counter.Load(_load.Value = value)));
        Map.Read(0x04, () => _control.Has(InterruptEnable) ? _counter.Value : _load.Value);
        Map.Read(0x08, () => _control.Value).Write(0x08, Unlocked(Configure));
        Map.Write(0x0C, Unlocked(_ =>
        {
            _raw.Value = 0;
            _counter.Load(_load.Value);
        }));
        Map.Read(0x10, () => _raw.Value);
        Map.Read(0x14, () => _control.Has(InterruptEnable) ? _raw.Value : 0);
        Map.Read(0xC00, () => _locked.Value).Write(0xC00, value => _locked.Value = value == Key ? 0u : 1u);
        Map.AddIdentity(0x24);
    }

    protected override void Refresh() => _counter.CatchUp();

    protected override void Apply() => _counter.SetTimer();

    protected override void Update() => _irq.Drive(_raw.Value != 0 && _control.Has(InterruptEnable));

    private Action<uint> Unlocked(Action<uint> write) => value =>
    {
        if (_locked.Value == 0) write(value);
    };

    private void Configure(uint value)
    {
        var enabled = !_control.Has(InterruptEnable) && (value & InterruptEnable) != 0;
        _control.Value = value & 3;
        if (enabled) _counter.Load(_load.Value);
        _counter.Run(_control.Has(InterruptEnable));
    }

    private void OnZero()
    {
        if (_raw.Value != 0 && _control.Has(ResetEnable)) _machine.Reset();
        _raw.Value = 1;
        Update();
    }
}
