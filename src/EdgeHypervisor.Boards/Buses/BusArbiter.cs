// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>Shares a peripheral that is used in transactions. Targets of I2C are bound several to a port, by the board.</summary>
internal sealed class BusArbiter<TPeripheral>(BusShare<TPeripheral> share, Func<PortMapping, PortOwner, BusShare<TPeripheral>, IBinding> bind) : IArbiter
    where TPeripheral : IPeripheral
{
    public BusShare<TPeripheral> Share { get; } = share;

    public IBinding Bind(PortMapping mapping, PortOwner owner) => bind(mapping, owner, Share);

    public void Dispose() => Share.Dispose();
}
