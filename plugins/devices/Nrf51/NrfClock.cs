// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>CLOCK and POWER, which share a block: oscillators that start at once, calibration, RAM blocks, retained bytes, system off.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapters 12 and 13. Not modelled: power failure, the time an oscillator needs.</remarks>
internal sealed class NrfClock : NrfPeripheral
{
    private const uint Running = 1 << 16;
    private readonly DeviceRegister _highRunning, _lowRunning, _lowSource, _highRun, _lowRun;

    public NrfClock(IDeviceContext context) : base(context)
    {
        var highStarted = AddEvent(0x100, "highStarted");
        var lowStarted = AddEvent(0x104, "lowStarted");
        var calibrated = AddEvent(0x10C, "calibrated");
        AddEvent(0x108, "powerFailure");
        AddEvent(0x110, "calibrationTimeout");
        (_highRunning, _lowRunning) = (Map.Hidden("highRunning", bits: 1), Map.Hidden("lowRunning", bits: 1));
        (_highRun, _lowRun) = (Map.Hidden("highTriggered", bits: 1), Map.Hidden("lowTriggered", bits: 1));
        AddTask(0x00, () => Start(_highRunning, _highRun, highStarted));
        AddTask(0x04, () => (_highRunning.Value, _highRun.Value) = (0, 0));
        AddTask(0x08, () => Start(_lowRunning, _lowRun, lowStarted));
        AddTask(0x0C, () => (_lowRunning.Value, _lowRun.Value) = (0, 0));
        AddTask(0x10, () => Fire(calibrated));
        AddTask(0x14, () => { });
        AddTask(0x18, () => { });
        AddTask(0x78, () => { }); // constant latency
        AddTask(0x7C, () => { }); // low power
        Map.Read(0x408, () => _highRun.Value);
        Map.Read(0x40C, () => _highRunning.Value * (Running | 1));
        Map.Read(0x414, () => _lowRun.Value);
        Map.Read(0x418, () => (_lowRunning.Value * Running) | _lowSource!.Value);
        Map.Read(0x41C, () => _lowSource!.Value);
        _lowSource = Map.Add(0x518, "lowSource", bits: 3);
        Map.Add(0x538, "calibrationInterval", bits: 0x7F);
        Map.Add(0x550, "crystal", reset: 0xFF, bits: 0xFF);
        Map.Read(0x400, () => 0).Write(0x400, _ => { }); // RESETREAS: a power-on
        Map.Constants(0x428, 0xF); // RAMSTATUS: four blocks
        Map.Write(0x500, value =>
        {
            if ((value & 1) != 0) context.Machine.PowerOff(0); // system off
        });
        Map.Add(0x510, "powerFailure0", bits: 7);
        Map.Add(0x51C, "retained", bits: 0xFF);
        Map.Add(0x524, "ramOn", reset: 3, bits: 0x3_0003);
        Map.Add(0x544, "resetPin", bits: 1);
        Map.Add(0x554, "ramOnB", reset: 3, bits: 0x3_0003);
        Map.Add(0x578, "dcdc", bits: 1);
    }

    private void Start(DeviceRegister running, DeviceRegister triggered, Event started)
    {
        (running.Value, triggered.Value) = (1, 1);
        Fire(started);
    }
}
