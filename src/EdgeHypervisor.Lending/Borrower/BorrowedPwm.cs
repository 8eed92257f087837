// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending;

/// <summary>A VM's PWM output on another board. Only the latest setting matters, so at most one waits.</summary>
internal sealed class BorrowedPwm(BorrowerLoan loan, byte index, PortMapping mapping, PortOwner owner) : BorrowedPort(loan, index, mapping, owner), IPwmPort
{
    private readonly Lock _lock = new();
    private PwmSetting? _setting;
    private bool _waits;

    public override PortKind Kind => PortKind.Pwm;

    /// <inheritdoc/>
    public void Set(PwmSetting setting)
    {
        lock (_lock)
        {
            if (setting == _setting) return;
            _setting = setting;
            if (_waits) return;
            _waits = true;
        }
        if (!Loan.Send(new LinkItem(Encode))) Begin();
    }

    public override void Begin()
    {
        lock (_lock)
        {
            _waits = _setting is not null && Loan.Send(new LinkItem(Encode));
        }
    }

    public override void Take(ref ItemReader item) => throw Wrong(item);

    private byte[] Encode()
    {
        lock (_lock)
        {
            _waits = false;
            var setting = _setting!.Value;
            return Item(ItemKind.Set).Long(setting.PeriodNs).Long(setting.DutyNs).Flag(setting.Enabled).Flag(setting.Inverted).Finish();
        }
    }
}
