// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Boards;

/// <summary>A shared peripheral of a bus, for those who know what it is.</summary>
/// <typeparam name="TPeripheral">What it is.</typeparam>
internal sealed class BusShare<TPeripheral>(TPeripheral peripheral, BusLane lane, PeripheralCounters counters, TimeProvider time, Action<string> report)
    : BusShare(peripheral, lane, counters, time, report)
    where TPeripheral : IPeripheral
{
    public TPeripheral Peripheral { get; } = peripheral;
}
