// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending;

/// <summary>A chip select that is lent.</summary>
internal sealed class LentSpi(LenderLoan loan, byte index, ISpiPort port) : LentBus(loan, index)
{
    public override void Take(ref ItemReader item)
    {
        if (item.Kind == ItemKind.Deselect) port.Deselect();
        else base.Take(ref item);
    }

    protected override void Perform(ref ItemReader item, Action<BusStatus, byte[]> completed)
    {
        var settings = new SpiSettings(item.Flag(), item.Flag(), item.Flag(), item.Byte(), item.Word());
        if (settings.BitsPerWord is < 4 or > 32) throw new FormatException($"words of {settings.BitsPerWord} bits");
        var keepSelected = item.Flag();
        var data = item.Rest().ToArray();
        port.Transfer(data, settings, keepSelected, status => completed(status, status == BusStatus.Ok ? data : []));
    }
}
