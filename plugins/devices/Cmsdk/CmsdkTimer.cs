// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>APB timer: 32 bits down, reloaded after zero.</summary>
/// <remarks>Arm DDI 0479, chapter 4.1. Not modelled: the external input as enable or clock (it rests).</remarks>
internal sealed class CmsdkTimer : RegisterDevice
{
    private const uint Enable = 1, InterruptEnable = 8;

    private readonly IInterruptLine _irq;
    private readonly DownCounter _counter;
    private readonly DeviceRegister _control, _reload, _pending;

    public CmsdkTimer(IDeviceContext context) : base(context.Unassigned)
    {
        _irq = context.Output("irq");
        var clockHz = (uint)context.Options.GetInteger("clockHz", fallback: 25_000_000, minimum: 1, maximum: 1_000_000_000);
        _counter = Map.Include("counter", new DownCounter(context.Clock, clockHz, OnZero)
        {
            Reload = () => _reload!.Value == 0 ? null : _reload.Value,
            Listens = () => _control!.Has(InterruptEnable) && _pending!.Value == 0,
        });
        _control = Map.Add(0x00, "control", bits: 0xF, written: _ => _counter.Run(_control!.Has(Enable)));
        Map.Read(0x04, () => _counter.Value).Write(0x04, _counter.Load);
        _reload = Map.Add(0x08, "reload", written: OnReload);
        _pending = Map.Hidden("interruptStatus", bits: 1);
        Map.Read(0x0C, () => _pending.Value).Write(0x0C, bits => _pending.Value &= ~bits);
        Map.AddIdentity(0x22);
    }

    protected override void Refresh() => _counter.CatchUp();

    protected override void Apply() => _counter.SetTimer();

    protected override void Update()
    {
        _irq.Drive(_pending.Value != 0);
        _counter.SetTimer();
    }

    // A counter that rests at zero begins with its first reload value.
    private void OnReload(uint before)
    {
        if (before == 0 && _counter.Value == 0) _counter.Load(_reload.Value);
    }

    private void OnZero()
    {
        if (_control.Has(InterruptEnable)) _pending.Value = 1;
        Update();
    }
}
