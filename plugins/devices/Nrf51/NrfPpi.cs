// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>Programmable peripheral interconnect: 16 channels, each from an event to a task; 12 that are wired for good; four groups.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 16. The channels that are wired for good (20 to 31) join timers, RTC and radio.</remarks>
internal sealed class NrfPpi : RegisterDevice
{
    private const int Channels = 16, Groups = 4, FirstFixed = 20;

    // Channel 20 to 31, chapter 16.1.3: what the radio has no part in.
    private static readonly (uint Event, uint Task)[] Fixed =
    [
        (0x4000_8140, 0x4000_1004), (0x4000_8140, 0x4000_1000), (0x4000_8144, 0x4000_1010), (0x4000_1108, 0x4000_F000),
        (0x4000_110C, 0x4000_F000), (0x4000_1104, 0x4000_800C), (0x4000_1110, 0x4000_8008), (0x4000_B140, 0x4000_1004),
        (0x4000_B140, 0x4000_1000), (0x4000_B140, 0x4000_800C), (0x4000_B144, 0x4000_800C), (0x4000_1104, 0x4000_8010),
    ];

    private readonly EventSystem _system;
    private readonly DeviceRegister _enable;
    private readonly DeviceRegister[] _events = new DeviceRegister[Channels];
    private readonly DeviceRegister[] _tasks = new DeviceRegister[Channels];
    private readonly DeviceRegister[] _groups;

    public NrfPpi(IDeviceContext context) : base(context.Unassigned)
    {
        _system = context.Share(() => new EventSystem());
        _system.Forward = Forward;
        _enable = Map.Add(0x500, "enable", bits: 0xFFF0_FFFF);
        Map.SetClear(0x504, 0x508, _enable, bits: 0xFFF0_FFFF);
        for (var i = 0; i < Channels; i++)
        {
            _events[i] = Map.Add(0x510 + (8u * (uint)i), $"event{i}");
            _tasks[i] = Map.Add(0x514 + (8u * (uint)i), $"task{i}");
        }
        _groups = Map.AddRow(0x800, "group", Groups, bits: 0xFFF0_FFFF);
        for (var i = 0; i < Groups; i++)
        {
            var group = _groups[i];
            AddTask(8u * (uint)i, () => _enable.Value |= group.Value);
            AddTask((8u * (uint)i) + 4, () => _enable.Value &= ~group.Value);
        }
    }

    protected override void Update() => _system.Connect(_enable.Value != 0);

    private void AddTask(uint offset, Action task)
    {
        Map.Write(offset, value =>
        {
            if ((value & 1) != 0) task();
        });
        _system.AddTask(0x4001_F000 + offset, task);
    }

    private void Forward(uint address)
    {
        var enabled = _enable.Value;
        if (enabled == 0) return;
        for (var i = 0; i < Channels; i++)
        {
            if ((enabled >> i & 1) != 0 && _events[i].Value == address) _system.Trigger(_tasks[i].Value);
        }
        for (var i = 0; i < Fixed.Length; i++)
        {
            if ((enabled >> (FirstFixed + i) & 1) != 0 && Fixed[i].Event == address) _system.Trigger(Fixed[i].Task);
        }
    }
}
