// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending;

/// <summary>A PWM output that is lent.</summary>
internal sealed class LentPwm(LenderLoan loan, byte index, IPwmPort port) : LentPort(loan, index)
{
    public override void Take(ref ItemReader item)
    {
        if (item.Kind != ItemKind.Set) throw Wrong(item);
        var setting = new PwmSetting(item.Long(), item.Long(), item.Flag(), item.Flag());
        item.End();
        if (setting.PeriodNs < 0 || setting.DutyNs < 0 || setting.DutyNs > setting.PeriodNs) throw new FormatException("a duty that is not within its period");
        port.Set(setting);
    }
}
