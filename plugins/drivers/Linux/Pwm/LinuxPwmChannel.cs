// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A PWM channel in sysfs.</summary>
/// <remarks>
/// Documentation/driver-api/pwm.rst, "Using PWMs with the sysfs interface". At no moment may the duty be longer than the period, and
/// the polarity changes only while the channel rests. A channel that is exported already is taken over: sysfs knows no owners, and
/// a service that was killed leaves it so. Closing leaves the output as it is and gives the channel back.
/// </remarks>
internal sealed class LinuxPwmChannel : IPwmChannel
{
    private const int ExportPatienceMs = 3000;
    private const int ExportStepMs = 10;

    private readonly LinuxPwmSettings _settings;
    private readonly LinuxHost _host;
    private readonly string _chip;
    private readonly SysfsFile _period, _duty, _polarity, _enable;
    private PwmSetting _now;
    private bool _isClosed;

    public LinuxPwmChannel(LinuxPwmSettings settings, LinuxHost host, string chip)
    {
        (_settings, _host, _chip) = (settings, host, chip);
        var channel = $"{chip}/pwm{settings.Channel}";
        if (!Directory.Exists(host.At(channel))) Export();
        (_period, _duty) = (WaitFor($"{channel}/period"), WaitFor($"{channel}/duty_cycle"));
        (_polarity, _enable) = (WaitFor($"{channel}/polarity"), WaitFor($"{channel}/enable"));
        _now = new PwmSetting(
            (long)_period.ReadNumber(), (long)_duty.ReadNumber(), _enable.ReadNumber() != 0, host.Read($"{channel}/polarity") == "inversed");
    }

    public void Set(PwmSetting setting)
    {
        if (setting.DutyNs < 0 || setting.DutyNs > setting.PeriodNs || (setting.Enabled && setting.PeriodNs == 0))
            throw new PeripheralException($"{_settings.Owner}: a duty of {setting.DutyNs} ns does not fit a period of {setting.PeriodNs} ns");
        if (!setting.Enabled || setting.Inverted != _now.Inverted) Enable(false);
        if (setting.PeriodNs > 0) SetTimes(setting);
        if (setting.Enabled) Enable(true);
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        foreach (var file in (SysfsFile[])[_period, _duty, _polarity, _enable]) file.Dispose();
        using var unexport = new SysfsFile(_host, _settings.Owner, $"{_chip}/unexport", FileAccess.Write);
        unexport.Write(_settings.Channel);
    }

    private void SetTimes(PwmSetting setting)
    {
        if (setting.PeriodNs < _now.PeriodNs) SetDuty(setting.DutyNs);
        SetPeriod(setting.PeriodNs);
        SetDuty(setting.DutyNs);
        if (setting.Inverted == _now.Inverted) return;
        _polarity.Write(setting.Inverted ? "inversed" : "normal");
        _now = _now with { Inverted = setting.Inverted };
    }

    private void SetPeriod(long periodNs)
    {
        if (periodNs == _now.PeriodNs) return;
        _period.Write(periodNs);
        _now = _now with { PeriodNs = periodNs };
    }

    private void SetDuty(long dutyNs)
    {
        if (dutyNs == _now.DutyNs) return;
        _duty.Write(dutyNs);
        _now = _now with { DutyNs = dutyNs };
    }

    private void Enable(bool enabled)
    {
        if (enabled == _now.Enabled) return;
        _enable.Write(enabled ? 1 : 0);
        _now = _now with { Enabled = enabled };
    }

    private void Export()
    {
        using var export = new SysfsFile(_host, _settings.Owner, $"{_chip}/export", FileAccess.Write);
        try
        {
            export.Write(_settings.Channel);
        }
        catch (PeripheralException refused)
        {
            throw new PeripheralException($"{_settings.Owner}: channel {_settings.Channel} of {_chip} (it has {_host.Read($"{_chip}/npwm") ?? "?"}) is not there, or a driver of the kernel has it: {refused.Message}", refused);
        }
    }

    // udev gives the channel's files to their group a moment after they have come.
    private SysfsFile WaitFor(string path)
    {
        for (var waitedMs = 0; ; waitedMs += ExportStepMs)
        {
            try
            {
                return new SysfsFile(_host, _settings.Owner, path, FileAccess.ReadWrite);
            }
            catch (PeripheralException) when (waitedMs < ExportPatienceMs)
            {
                Thread.Sleep(ExportStepMs);
            }
        }
    }
}
