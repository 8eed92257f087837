// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>Watchdog: once started it resets the machine unless every enabled reload register is written in time.</summary>
/// <remarks>nRF51 Series Reference Manual v3.0, chapter 23. Not modelled: pausing while the core sleeps or a debugger halts it.</remarks>
internal sealed class NrfWatchdog : NrfPeripheral
{
    private const uint ReloadKey = 0x6E52_4635;
    private readonly SavedTimer _expires;
    private readonly Event _timeout;
    private readonly DeviceRegister _running, _requests, _reload, _enabled;
    private readonly IMachineControl _machine;

    public NrfWatchdog(IDeviceContext context) : base(context)
    {
        _machine = context.Machine;
        _timeout = AddEvent(0x100, "timeout");
        _expires = Map.Include("expires", new SavedTimer(Clock, Expire));
        _running = Map.Hidden("running", bits: 1);
        _requests = Map.Hidden("requests", reset: 1, bits: 0xFF);
        AddTask(0x00, Start);
        Map.Read(0x400, () => _running.Value);
        Map.Read(0x404, () => _requests.Value);
        _reload = Map.Add(0x504, "reload", reset: uint.MaxValue);
        _enabled = Map.Add(0x508, "enabled", reset: 1, bits: 0xFF);
        Map.Add(0x50C, "configuration", reset: 1, bits: 9);
        for (var i = 0; i < 8; i++)
        {
            var bit = 1u << i;
            Map.Write(0x600 + (4 * (uint)i), value => Feed(bit, value));
        }
    }

    private long PeriodNs => (long)((Math.Max(0xFu, _reload.Value) + 1L) * 1_000_000_000 / 32_768);

    private void Start()
    {
        if (_running.Value != 0) return;
        (_running.Value, _requests.Value) = (1, _enabled.Value);
        _expires.After(PeriodNs);
    }

    private void Feed(uint bit, uint value)
    {
        if (value != ReloadKey || _running.Value == 0) return;
        _requests.Value &= ~bit;
        if (_requests.Value != 0) return;
        _requests.Value = _enabled.Value;
        _expires.After(PeriodNs);
    }

    private void Expire()
    {
        Fire(_timeout);
        _machine.Reset();
    }
}
