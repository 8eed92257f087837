// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A PWM channel that remembers its setting.</summary>
internal sealed class SimulatedPwmChannel(SimulatedPwmSettings settings, IDisposable claim) : IPwmChannel, ISimulated, IImmediate
{
    private readonly Lock _lock = new();
    private PwmSetting _setting;
    private long _changes;

    public bool IsImmediate => true;

    public void Set(PwmSetting setting)
    {
        if (setting.DutyNs < 0 || setting.DutyNs > setting.PeriodNs || (setting.Enabled && setting.PeriodNs == 0))
            throw new PeripheralException($"{settings.Owner}: a duty of {setting.DutyNs} ns does not fit a period of {setting.PeriodNs} ns");
        lock (_lock)
        {
            if (setting != _setting) _changes++;
            _setting = setting;
        }
    }

    public IReadOnlyDictionary<string, string> Observe()
    {
        lock (_lock)
        {
            return new Dictionary<string, string>
            {
                ["enabled"] = Outside.Format(_setting.Enabled),
                ["periodNs"] = Outside.Format(_setting.PeriodNs),
                ["dutyNs"] = Outside.Format(_setting.DutyNs),
                ["dutyPercent"] = Outside.Format(_setting.Enabled ? 100.0 * _setting.DutyNs / _setting.PeriodNs : 0),
                ["inverted"] = Outside.Format(_setting.Inverted),
                ["changes"] = Outside.Format(_changes),
            };
        }
    }

    public void Change(string name, string value) => throw Outside.Unknown(settings.Owner, name, "nothing");

    public void Dispose() => claim.Dispose();
}
