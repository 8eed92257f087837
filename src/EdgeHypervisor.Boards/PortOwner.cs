// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>The VM behind a port: its name, its turn, its open transactions.</summary>
internal sealed class PortOwner(string virtualMachine)
{
    private IVmTurn? _turn;
    private int _outstanding;

    public string VirtualMachine { get; } = virtualMachine;

    public IVmTurn Turn => _turn ?? throw new InvalidOperationException("ports were asked for before Attach");

    /// <summary>Transactions begun and not completed.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    public void Attach(IVmTurn turn) => _turn = turn;

    public void Begin() => Interlocked.Increment(ref _outstanding);

    public void End() => Interlocked.Decrement(ref _outstanding);
}
