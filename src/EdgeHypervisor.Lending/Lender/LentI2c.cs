// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending;

/// <summary>An I2C bus that is lent.</summary>
internal sealed class LentI2c(LenderLoan loan, byte index, II2cPort port) : LentBus(loan, index)
{
    protected override void Perform(ref ItemReader item, Action<BusStatus, byte[]> completed)
    {
        var messages = new I2cMessage[item.Byte()];
        var room = LinkOptions.MaximumItemBytes;
        for (var i = 0; i < messages.Length; i++)
        {
            var address = (ushort)item.Short();
            var isRead = item.Flag();
            var length = item.Short();
            if ((room -= length) < 0) throw new FormatException("a transaction that is too long");
            messages[i] = new I2cMessage(address, isRead, isRead ? new byte[length] : item.Take(length).ToArray());
        }
        item.End();
        port.Transfer(messages, status => completed(status, status == BusStatus.Ok ? Read(messages) : []));
    }

    private static byte[] Read(I2cMessage[] messages) => [.. messages.Where(message => message.IsRead).SelectMany(message => message.Data.ToArray())];
}
