// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;

namespace EdgeHypervisor.Boards;

/// <summary>The counters of a board's peripherals for whoever collects metrics: meter <c>EdgeHypervisor.Boards</c>.</summary>
internal sealed class BoardMetrics : IDisposable
{
    private readonly Meter _meter = new("EdgeHypervisor.Boards");
    private readonly string _board;
    private readonly IReadOnlyCollection<PeripheralSlot> _slots;

    public BoardMetrics(string board, IReadOnlyCollection<PeripheralSlot> slots)
    {
        (_board, _slots) = (board, slots);
        Add("edgehypervisor.peripheral.changes", "{change}", "Level changes or settings driven", counts => counts.Changes);
        Add("edgehypervisor.peripheral.edges", "{edge}", "Edges of an input", counts => counts.Edges);
        Add("edgehypervisor.peripheral.edges.lost", "{edge}", "Edges that a VM had no room for", counts => counts.LostEdges);
        Add("edgehypervisor.peripheral.transactions", "{transaction}", "Bus transactions and samples", counts => counts.Transactions);
        Add("edgehypervisor.peripheral.bytes", "By", "Bytes of transactions and serial lines", counts => counts.Bytes);
        Add("edgehypervisor.peripheral.errors", "{error}", "Transactions and changes that failed, serial bytes lost", counts => counts.Errors);
        Add("edgehypervisor.peripheral.refusals", "{use}", "Uses that a policy did not allow", counts => counts.Refusals);
        Add("edgehypervisor.peripheral.wait", "us", "Time that transactions waited for their turn", counts => (long)counts.Wait.TotalMicroseconds);
    }

    public void Dispose() => _meter.Dispose();

    private void Add(string name, string unit, string description, Func<PeripheralCounts, long> read) =>
        _meter.CreateObservableCounter(name, () => Measure(read), unit, description);

    private IEnumerable<Measurement<long>> Measure(Func<PeripheralCounts, long> read) =>
        _slots.Select(slot => new Measurement<long>(
            read(slot.Counters.Read()),
            new KeyValuePair<string, object?>("board", _board),
            new KeyValuePair<string, object?>("role", slot.Description.Role)));
}
