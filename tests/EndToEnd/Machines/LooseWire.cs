// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>A bus that can come loose for some transfers: nobody answers them.</summary>
/// <param name="bus">The bus otherwise.</param>
internal sealed class LooseWire(II2cPort bus) : II2cPort
{
    private int _lost;

    /// <summary>The next transfers stay without an answer.</summary>
    public void Lose(int transfers) => _lost = transfers;

    public void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed)
    {
        if (_lost-- > 0) completed(BusStatus.NoAcknowledge);
        else bus.Transfer(messages, completed);
    }
}
