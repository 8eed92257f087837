// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>A move that was asked for, from the asking to its end. Thread-safe.</summary>
public sealed class MoveJob
{
    private readonly TaskCompletionSource<MoveResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<MoveJob> _cancel;
    private volatile MoveProgress _progress = MoveProgress.Start;
    private volatile bool _begun;

    internal MoveJob(string id, string vm, string destination, MoveOptions options, Action<MoveJob> cancel)
    {
        (Id, Vm, Destination, Options, _cancel) = (id, vm, destination, options, cancel);
    }

    /// <summary>Something changed: state or progress. Raised from any thread; handlers return at once.</summary>
    public event Action<MoveJob>? Changed;

    /// <summary>The job's id, unique on this board.</summary>
    public string Id { get; }

    /// <summary>The VM's id.</summary>
    public string Vm { get; }

    /// <summary>The board it is moved to.</summary>
    public string Destination { get; }

    /// <summary>How it is moved.</summary>
    public MoveOptions Options { get; }

    /// <summary>Where it is.</summary>
    public MoveJobState State => Completion.IsCompletedSuccessfully ? Completion.Result.State : _begun ? MoveJobState.InProgress : MoveJobState.Queued;

    /// <summary>How far it is.</summary>
    public MoveProgress Progress => _progress;

    /// <summary>Completes when the job is in a final state; does not fail.</summary>
    public Task<MoveResult> Completion => _completion.Task;

    /// <summary>Asks for its end. Has no effect past the commit point.</summary>
    public void Cancel() => _cancel(this);

    internal void Report(MoveProgress progress)
    {
        _begun = true;
        _progress = progress;
        Changed?.Invoke(this);
    }

    internal void End(MoveResult result)
    {
        if (_completion.TrySetResult(result)) Changed?.Invoke(this);
    }
}
