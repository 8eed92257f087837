// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>Serial configuration controller: eight lights, eight switches, identification, configuration data that does nothing.</summary>
/// <remarks>Arm DAI 0385, application note AN385, section 4.9. Lights are lines 0 to 7, switches 8 to 15. A configuration request is answered at once.</remarks>
internal sealed class Mps2Scc : RegisterDevice
{
    private const int Lights = 8;

    private readonly IGpioPort[] _ports;
    private readonly DeviceRegister _lights;

    public Mps2Scc(IDeviceContext context) : base(context.Unassigned)
    {
        _ports = Numbered.Make(2 * Lights, context.Gpio);
        foreach (var port in _ports) port.OnEdge(_ => { });
        var done = Map.Hidden("done", bits: 1);
        Map.Add(0x00, "configuration0", bits: 1);
        _lights = Map.Add(0x04, "lights", bits: 0xFF, written: _ => Drive());
        Map.Read(0x0C, ReadSwitches);
        Map.Constants(0x10, (uint)context.Options.GetInteger("boardRevision", fallback: 2, maximum: 15));
        Map.Add(0xA0, "returned");
        Map.Add(0xA4, "data");
        Map.Add(0xA8, "request", written: _ => done.Value = 1);
        Map.Read(0xAC, () => done.Value).Write(0xAC, value => done.Value = value & 1);
        Map.Add(0x100, "dll", reset: uint.MaxValue, bits: 0);
        Map.Constants(0xFF8, (uint)context.Options.GetInteger("applicationId", fallback: 0x0020_0008, maximum: uint.MaxValue));
        Map.Constants(0xFFC, (uint)context.Options.GetInteger("id", fallback: 0x4104_3850, maximum: uint.MaxValue));
        Apply();
    }

    protected override void Apply()
    {
        Drive();
        for (var i = 0; i < _ports.Length; i++) _ports[i].Configure(new GpioMode(i < Lights ? GpioDirection.Output : GpioDirection.Input));
    }

    private uint ReadSwitches()
    {
        var switches = 0u;
        for (var i = 0; i < Lights; i++) switches |= _ports[Lights + i].Level ? 1u << i : 0;
        return switches;
    }

    private void Drive()
    {
        for (var i = 0; i < Lights; i++) _ports[i].Drive((_lights.Value >> i & 1) != 0);
    }
}
