// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>AHB GPIO: 16 lines with masked access, interrupts on edges and levels, one for each line and one for all.</summary>
/// <remarks>Arm DDI 0479, chapter 3.4. Not modelled: what a line's alternate function does (such a line is not driven from here).</remarks>
internal sealed class CmsdkGpio : RegisterDevice
{
    private const int Lines = 16;
    private const uint All = 0xFFFF;

    private readonly IGpioPort[] _ports;
    private readonly IInterruptLine[] _irqs;
    private readonly IInterruptLine _combined;
    private readonly DeviceRegister _out, _outputs, _alternate, _enabled, _edge, _high, _pending;
    private readonly KnownLevels _seen; // at the last look
    private uint _outside; // the levels of the ports, as their edges told

    public CmsdkGpio(IDeviceContext context) : base(context.Unassigned)
    {
        _ports = Numbered.Make(Lines, context.Gpio);
        _irqs = Numbered.Make(Lines, line => context.Output($"irq{line}"));
        _combined = context.Output("irq");
        _out = Map.Add(0x04, "dataOut", bits: All, written: _ => Drive());
        Map.Read(0x00, () => Levels).Write(0x00, value => SetOut(value, All));
        _outputs = Pair(0x10, "outputEnable", Configure);
        _alternate = Pair(0x18, "alternateFunction", Configure);
        _enabled = Pair(0x20, "interruptEnable", Look);
        _edge = Pair(0x28, "interruptEdge", Look);
        _high = Pair(0x30, "interruptPolarity", Look);
        _pending = Map.Hidden("interruptStatus", bits: All);
        Map.Read(0x38, () => _pending.Value).Write(0x38, bits => _pending.Value &= ~bits);
        for (var mask = 0u; mask < 256; mask++)
        {
            var (low, high) = (mask, mask << 8);
            Map.Read(0x400 + (4 * mask), () => Levels & low).Write(0x400 + (4 * mask), value => SetOut(value, low));
            Map.Read(0x800 + (4 * mask), () => Levels & high).Write(0x800 + (4 * mask), value => SetOut(value, high));
        }
        Map.AddIdentity(0x20);
        _seen = Map.Include("seen", new KnownLevels(context.Clock, LookAround));
        for (var line = 0; line < Lines; line++)
        {
            var bit = 1u << line;
            _ports[line].OnEdge(edge => OnEdge(bit, edge.Level));
        }
        Apply(); // lines are inputs before anybody has written anything
    }

    private uint Outputs => _outputs.Value & ~_alternate.Value;

    private uint Levels => (_outside & ~Outputs) | (_out.Value & Outputs);

    protected override void Apply()
    {
        ConfigurePorts();
        _seen.Begin(Levels);
    }

    protected override void Update()
    {
        // A level stands again as soon as it was cleared, as long as it is there.
        _pending.Value |= _enabled.Value & ~_edge.Value & ~(Levels ^ _high.Value) & All;
        for (var line = 0; line < Lines; line++) _irqs[line].Drive((_pending.Value >> line & 1) != 0);
        _combined.Drive(_pending.Value != 0);
    }

    private DeviceRegister Pair(uint offset, string name, Action changed)
    {
        var register = Map.Hidden(name, bits: All);
        Map.Read(offset, () => register.Value).Write(offset, bits => Change(register.Value | (bits & All)));
        Map.Read(offset + 4, () => register.Value).Write(offset + 4, bits => Change(register.Value & ~bits));
        return register;

        void Change(uint value)
        {
            register.Value = value;
            changed();
        }
    }

    private void SetOut(uint value, uint mask)
    {
        _out.Value = (_out.Value & ~mask) | (value & mask);
        Drive();
    }

    private void Drive()
    {
        for (var line = 0; line < Lines; line++) _ports[line].Drive((_out.Value >> line & 1) != 0);
        Look();
    }

    private void Configure()
    {
        ConfigurePorts();
        Look();
    }

    private void ConfigurePorts()
    {
        for (var line = 0; line < Lines; line++)
        {
            var bit = 1u << line;
            _ports[line].Drive((_out.Value & bit) != 0); // before it becomes an output
            _ports[line].Configure(new GpioMode((Outputs & bit) != 0 ? GpioDirection.Output : GpioDirection.Input));
            _outside = _ports[line].Level ? _outside | bit : _outside & ~bit;
        }
    }

    private void OnEdge(uint bit, bool level)
    {
        _outside = level ? _outside | bit : _outside & ~bit;
        LookAround();
    }

    private void LookAround()
    {
        Look();
        Update();
    }

    private void Look()
    {
        var levels = Levels;
        _pending.Value |= _seen.Change(levels) & _enabled.Value & _edge.Value & ~(levels ^ _high.Value) & All;
    }
}
