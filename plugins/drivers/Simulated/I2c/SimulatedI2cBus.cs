// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A bus as its wires see it: free, or stuck because somebody holds the data line low.</summary>
internal sealed class SimulatedI2cBus : IDisposable
{
    private readonly ManualResetEventSlim _isFree = new(initialState: true);

    /// <summary>Held by whoever has a transaction going.</summary>
    public Lock Lock { get; } = new();

    public bool IsStuck => !_isFree.IsSet;

    public void SetStuck(bool isStuck)
    {
        if (isStuck) _isFree.Reset();
        else _isFree.Set();
    }

    /// <summary>Waits, as an adapter does, for the wires to be free; false when it gave up.</summary>
    public bool Await(TimeSpan timeout) => _isFree.Wait(timeout);

    public void Dispose() => _isFree.Dispose();
}
