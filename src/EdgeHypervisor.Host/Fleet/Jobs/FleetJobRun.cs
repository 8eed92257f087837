// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Host;

/// <summary>A job while it is being done. Each change is durable before it is told. Thread-safe.</summary>
internal sealed class FleetJobRun(FleetJobRecord record, Action<FleetJobRecord> write, Action<FleetJob> changed)
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancelled = new();
    private FleetJobRecord _record = record;

    public FleetJobRecord Record
    {
        get
        {
            lock (_lock) return _record;
        }
    }

    public FleetJob Job => Record.Job;

    public string Id => Job.Id;

    /// <summary>Somebody wants it ended.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    public void Cancel() => _cancelled.Cancel();

    /// <summary>Its steps, known from now on.</summary>
    public void Plan(IEnumerable<FleetStep> steps) => Change(job => job with { State = "in-progress", Steps = [.. steps] });

    /// <summary>Begins a step.</summary>
    public void Begin(string vm, string? to = null) => ChangeStep(vm, step => step with { State = "in-progress", To = to ?? step.To });

    /// <summary>Ends a step.</summary>
    public void End(string vm, string state, string? reason = null, double? downtimeMs = null) =>
        ChangeStep(vm, step => step with { State = state, Reason = reason, DowntimeMs = downtimeMs });

    /// <summary>Remembers the firmware that a VM had before.</summary>
    public void RememberPrevious(string image)
    {
        lock (_lock) write(_record = _record with { Previous = image });
    }

    /// <summary>Ends the job; what was not begun is cancelled.</summary>
    public void Conclude(string? note = null) => Change(job =>
    {
        var steps = job.Steps.Select(step => step.IsFinished ? step : step with { State = "cancelled", Reason = step.Reason ?? note }).ToArray();
        var failed = steps.Count(step => step.State == "failed");
        var open = steps.Count(step => step.State == "cancelled");
        var state = failed > 0 || (note is not null && open > 0 && !Cancelled.IsCancellationRequested) ? "failed" : open > 0 || (Cancelled.IsCancellationRequested && steps.Length == 0) ? "cancelled" : "succeeded";
        var reason = note ?? (failed > 0 ? $"{failed} of {steps.Length} failed: {steps.First(step => step.State == "failed").Reason}" : null);
        return job with { State = state, Steps = steps, Reason = reason };
    });

    /// <summary>Ends the job with its plan: nothing was to be done.</summary>
    public void Propose() => Change(job => job with { State = "succeeded", Reason = job.Steps.Count == 0 ? "nothing would be moved" : "nothing was moved" });

    /// <summary>Ends the job: it cannot be done.</summary>
    public void Fail(string reason) => Change(job => job with
    {
        State = "failed",
        Reason = reason,
        Steps = [.. job.Steps.Select(step => step.IsFinished ? step : step with { State = "cancelled", Reason = reason })],
    });

    private void ChangeStep(string vm, Func<FleetStep, FleetStep> change) =>
        Change(job => job with { Steps = [.. job.Steps.Select(step => step.Vm == vm ? change(step) : step)] });

    private void Change(Func<FleetJob, FleetJob> change)
    {
        FleetJob job;
        lock (_lock)
        {
            job = change(_record.Job);
            write(_record = _record with { Job = job });
        }
        changed(job);
    }
}
