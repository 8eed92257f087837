// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>Dual timer: two counters of 16 or 32 bits, free-running, periodic or once, with a prescaler each; one interrupt each and one for both.</summary>
/// <remarks>Arm DDI 0479, chapter 4.2. Not modelled: the integration test registers.</remarks>
internal sealed class CmsdkDualTimer : RegisterDevice
{
    private readonly IInterruptLine _combined;
    private readonly Unit[] _units;

    public CmsdkDualTimer(IDeviceContext context) : base(context.Unassigned)
    {
        var clockHz = (uint)context.Options.GetInteger("clockHz", fallback: 25_000_000, minimum: 1, maximum: 1_000_000_000);
        _combined = context.Output("irq");
        _units = [new Unit(Map, context, 0, clockHz, Update), new Unit(Map, context, 1, clockHz, Update)];
        Map.Add(0xF00, "integrationControl", bits: 1);
        Map.AddIdentity(0x23);
    }

    protected override void Refresh()
    {
        foreach (var unit in _units) unit.Counter.CatchUp();
    }

    protected override void Apply()
    {
        foreach (var unit in _units) unit.Counter.SetTimer();
    }

    protected override void Update()
    {
        foreach (var unit in _units) unit.Update();
        _combined.Drive(_units[0].IsRaised || _units[1].IsRaised);
    }

    private sealed class Unit
    {
        private const uint Enable = 0x80, Periodic = 0x40, InterruptEnable = 0x20, Wide = 2, Once = 1;
        private readonly IInterruptLine _irq;
        private readonly DeviceRegister _load, _control, _raw;
        private readonly uint _clockHz;

        public Unit(RegisterMap map, IDeviceContext context, uint index, uint clockHz, Action changed)
        {
            var at = 0x20 * index;
            _clockHz = clockHz;
            _irq = context.Output($"irq{index}");
            _raw = map.Hidden($"raw{index}", bits: 1);
            Counter = map.Include($"counter{index}", new DownCounter(context.Clock, clockHz, () =>
            {
                _raw.Value = 1;
                changed();
            })
            {
                Reload = NextRound,
                Listens = () => _control!.Has(InterruptEnable) && _raw.Value == 0,
            });
            _load = map.Add(at, $"load{index}", written: _ => Counter.Load(_load!.Value & Mask));
            map.Read(at + 0x04, () => Counter.Value);
            _control = map.Add(at + 0x08, $"control{index}", reset: InterruptEnable, bits: 0xEF, written: _ => Configure());
            map.Write(at + 0x0C, _ => _raw.Value = 0);
            map.Read(at + 0x10, () => _raw.Value);
            map.Read(at + 0x14, () => IsRaised ? 1u : 0);
            map.Read(at + 0x18, () => _load.Value).Write(at + 0x18, value => _load.Value = value); // BGLOAD: from the next round on
        }

        public DownCounter Counter { get; }

        public bool IsRaised => _raw.Value != 0 && _control.Has(InterruptEnable);

        private uint Mask => _control.Has(Wide) ? uint.MaxValue : ushort.MaxValue;

        public void Update()
        {
            _irq.Drive(IsRaised);
            Counter.SetTimer();
        }

        private uint? NextRound()
        {
            if (_control.Has(Once)) return null;
            return _control.Has(Periodic) ? _load.Value & Mask : Mask;
        }

        private void Configure()
        {
            Counter.SetRate(_clockHz, _control.Field(2, 2) switch { 1 => 16u, 2 => 256u, _ => 1u });
            Counter.Run(_control.Has(Enable));
        }
    }
}
