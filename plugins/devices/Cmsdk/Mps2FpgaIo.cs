// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>The board's own I/O: two lights, two buttons, counters at 1 Hz, 100 Hz and the clock over a prescaler.</summary>
/// <remarks>Arm DAI 0385, application note AN385, section 4.8. Lights are lines 0 and 1, buttons 2 and 3, the MISC outputs 4 to 13 (chip selects and panel control).</remarks>
internal sealed class Mps2FpgaIo : RegisterDevice
{
    private const int Lights = 2, Buttons = 2, Others = 10;

    private readonly IGpioPort[] _ports;
    private readonly TickCounter _seconds, _hundredths, _counter, _prescaled;
    private readonly DeviceRegister _lights, _prescale, _others;

    public Mps2FpgaIo(IDeviceContext context) : base(context.Unassigned)
    {
        var clockHz = (uint)context.Options.GetInteger("clockHz", fallback: 25_000_000, minimum: 1, maximum: 1_000_000_000);
        _ports = Numbered.Make(Lights + Buttons + Others, context.Gpio);
        foreach (var port in _ports) port.OnEdge(_ => { });
        _seconds = Map.Include("seconds", new TickCounter(context.Clock, 1));
        _hundredths = Map.Include("hundredths", new TickCounter(context.Clock, 100));
        _counter = Map.Include("counter", new TickCounter(context.Clock, clockHz));
        _prescaled = Map.Include("prescaled", new TickCounter(context.Clock, clockHz));
        _lights = Map.Add(0x00, "lights", bits: 3, written: _ => Drive());
        Map.Read(0x08, ReadButtons);
        AddCounter(0x10, _seconds);
        AddCounter(0x14, _hundredths);
        _prescale = Map.Add(0x1C, "prescale", written: _ => _counter.SetRate(clockHz, Math.Max(1, _prescale!.Value + (_prescale.Value == uint.MaxValue ? 0u : 1))));
        AddCounter(0x18, _counter);
        Map.Read(0x20, () => (uint)(_prescale.Value - (_prescaled.Count % (_prescale.Value + 1UL))));
        _others = Map.Add(0x4C, "others", bits: (1 << Others) - 1, written: _ => Drive());
        Apply();
    }

    protected override void Apply()
    {
        foreach (var counter in (ReadOnlySpan<TickCounter>)[_seconds, _hundredths, _counter, _prescaled]) counter.Start();
        Drive();
        for (var i = 0; i < _ports.Length; i++)
            _ports[i].Configure(new GpioMode(i is >= Lights and < Lights + Buttons ? GpioDirection.Input : GpioDirection.Output));
    }

    private void AddCounter(uint offset, TickCounter counter) => Map.Read(offset, () => (uint)counter.Count).Write(offset, value => counter.Set(value));

    private uint ReadButtons() => (_ports[Lights].Level ? 1u : 0) | (_ports[Lights + 1].Level ? 2u : 0);

    private void Drive()
    {
        for (var i = 0; i < Lights; i++) _ports[i].Drive((_lights.Value >> i & 1) != 0);
        for (var i = 0; i < Others; i++) _ports[Lights + Buttons + i].Drive((_others.Value >> i & 1) != 0);
    }
}
