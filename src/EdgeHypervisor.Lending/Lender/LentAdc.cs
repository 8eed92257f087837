// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending;

/// <summary>An analogue input that is lent.</summary>
internal sealed class LentAdc(LenderLoan loan, byte index, IAdcPort port) : LentBus(loan, index)
{
    protected override void Perform(ref ItemReader item, Action<BusStatus, byte[]> completed)
    {
        item.End();
        port.Sample((status, microvolts) =>
        {
            var data = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(data, microvolts);
            completed(status, status == BusStatus.Ok ? data : []);
        });
    }
}
