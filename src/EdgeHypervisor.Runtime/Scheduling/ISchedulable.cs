// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What the scheduler runs: a VM.</summary>
internal interface ISchedulable
{
    /// <summary>For names of threads and figures.</summary>
    string Name { get; }

    /// <summary>Runs until there is nothing to do or the host's monotonic clock reaches <paramref name="endNs"/>.</summary>
    /// <param name="endNs">When the time slice is used up.</param>
    /// <param name="alarm">Calls <see cref="Interrupt"/> at a host time; for this turn only.</param>
    TurnResult RunTurn(long endNs, ISliceAlarm alarm);

    /// <summary>Asks a running slice to end soon. Any thread.</summary>
    void Interrupt();
}
