// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;

namespace EdgeHypervisor.Lending;

/// <summary>What VMs of this board borrow, for whoever collects metrics: meter <c>EdgeHypervisor.Lending</c>.</summary>
internal sealed class LendingMetrics : IDisposable
{
    private readonly Meter _meter = new("EdgeHypervisor.Lending");
    private readonly string _board;
    private readonly Func<IReadOnlyList<LoanStatus>> _loans;

    public LendingMetrics(string board, Func<IReadOnlyList<LoanStatus>> loans)
    {
        (_board, _loans) = (board, loans);
        _meter.CreateObservableGauge("edgehypervisor.loan.up", () => Measure(loan => loan.State == LoanState.Up ? 1 : 0), "1", "Whether the lender can be reached");
        _meter.CreateObservableGauge("edgehypervisor.loan.latency.p50", () => Measure(loan => Microseconds(loan.Latency?.Median)), "us", "Half of the round trips are shorter");
        _meter.CreateObservableGauge("edgehypervisor.loan.latency.p99", () => Measure(loan => Microseconds(loan.Latency?.P99)), "us", "99 of 100 round trips are shorter");
        _meter.CreateObservableCounter("edgehypervisor.loan.losses", () => Measure(loan => loan.Losses), "{loss}", "How often the lender was out of reach");
        _meter.CreateObservableCounter("edgehypervisor.loan.repeated", () => Measure(loan => loan.Repeated), "{item}", "Items that were sent again");
        _meter.CreateObservableCounter("edgehypervisor.loan.merged", () => Measure(loan => loan.Merged), "{change}", "Changes of outputs that were left out since too many were under way");
    }

    public void Dispose() => _meter.Dispose();

    private static long Microseconds(TimeSpan? time) => (long)(time?.TotalMicroseconds ?? 0);

    private IEnumerable<Measurement<long>> Measure(Func<LoanStatus, long> read) => _loans().Select(loan => new Measurement<long>(
        read(loan),
        new KeyValuePair<string, object?>("board", _board),
        new KeyValuePair<string, object?>("vm", loan.VirtualMachine),
        new KeyValuePair<string, object?>("lender", loan.Lender)));
}
