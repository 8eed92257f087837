// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <content>Start, pause, resume, reset, stop, delete.</content>
public sealed partial class VirtualMachine
{
    /// <summary>How long a pause waits for transactions that devices began before it gives up.</summary>
    public static readonly TimeSpan QuiesceTimeout = TimeSpan.FromSeconds(10);

    // A chip that is selected, or an I2C transfer between two bytes, should not stay so for the length of a move; but a
    // guest that keeps a chip selected for ever must not keep the VM from pausing.
    private const long TransactionGraceNs = 20_000_000;

    private OutputRelease _release;
    private long _graceEndNs;
    private TaskCompletionSource? _paused;

    /// <summary>Lets it run: a VM that was created begins; one that was switched off is switched on.</summary>
    /// <exception cref="VmStateException">It runs, is paused, faulted or gone.</exception>
    public void Start() => Visit(() =>
    {
        switch (_status.State)
        {
            case VmState.Created:
                Go();
                break;
            case VmState.Stopped:
                RunPosted();
                PowerOn();
                Go();
                break;
            case VmState.Paused:
                throw Refuse("start", "resume it");
            case VmState.Faulted:
                throw Refuse("start", "reset it first, or restore a snapshot");
            default:
                throw Refuse("start", "nothing to do");
        }
    });

    /// <summary>
    /// Makes it stand still, at an exact instruction, with no transaction of its devices under way and its outputs
    /// released. Pausing a paused VM again only changes what its outputs do.
    /// </summary>
    /// <param name="release">Why, which decides what its outputs do.</param>
    /// <param name="cancellation">Gives up; the VM then runs on.</param>
    /// <exception cref="VmStateException">It is neither running nor paused, or it fails meanwhile.</exception>
    /// <exception cref="TimeoutException">A transaction did not end within <see cref="QuiesceTimeout"/>; the VM runs on.</exception>
    public async Task PauseAsync(OutputRelease release = OutputRelease.Pause, CancellationToken cancellation = default)
    {
        var paused = Visit(() => BeginPause(release));
        try
        {
            await paused.WaitAsync(QuiesceTimeout, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            var outstanding = _ports.Outstanding;
            if (!Visit(CancelPause)) return;
            if (exception is OperationCanceledException) throw;
            throw new TimeoutException($"VM {Name}: not paused: {outstanding} transactions on its ports did not end within {QuiesceTimeout.TotalSeconds} s");
        }
    }

    /// <summary>Lets a paused VM go on.</summary>
    /// <exception cref="VmStateException">It is not paused.</exception>
    public void Resume() => Visit(() =>
    {
        if (_status.State != VmState.Paused) throw Refuse("resume", Hint(_status.State));
        Go();
    });

    /// <summary>
    /// The reset button: firmware loaded again, devices and cores as after power-on, other RAM as it is. Whether it runs
    /// stays as it was, but a fault is over: the VM is paused then.
    /// </summary>
    /// <exception cref="VmStateException">It is switched off, gone, or about to pause.</exception>
    public void Reset() => Visit(() =>
    {
        if (_status.State is VmState.Stopped or VmState.Deleted or VmState.Pausing) throw Refuse("reset", Hint(_status.State));
        if (_status.State is not VmState.Running) RunPosted();
        _request = null;
        Contain(_machine.Reset);
        if (_status.State == VmState.Faulted && _fault is null) Change(new VmStatus(VmState.Paused, VmCause.Owner));
    });

    /// <summary>Switches it off at once, whatever it does. Does nothing when it is off.</summary>
    /// <param name="release">Why, which decides what its outputs do.</param>
    /// <exception cref="VmStateException">It is gone.</exception>
    public void Stop(OutputRelease release = OutputRelease.Stop) => Visit(() =>
    {
        if (_status.State == VmState.Deleted) throw Refuse("stop", Hint(_status.State));
        if (_status.State != VmState.Stopped) End(new VmStatus(VmState.Stopped, VmCause.Owner), release);
    });

    /// <summary>Deletes it: stops it, frees its memory and lets its plugins go.</summary>
    public void Dispose()
    {
        Visit(() =>
        {
            if (_status.State == VmState.Deleted) return;
            var release = _status.State == VmState.Running ? OutputRelease.Stop : _release;
            End(new VmStatus(VmState.Deleted, VmCause.Owner), release);
            FreeMachine();
        });
        // A thread of its own ends here, outside of the turn that its last look needs.
        _place.Dispose();
    }

    /// <summary>Completes when the status fits; at once when it already does.</summary>
    public async Task<VmStatus> WaitForAsync(Predicate<VmStatus> fits, CancellationToken cancellation = default)
    {
        var reached = new TaskCompletionSource<VmStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(VirtualMachine vm, VmStatus status)
        {
            if (fits(status)) reached.TrySetResult(status);
        }
        StatusChanged += Look;
        try
        {
            Look(this, Status);
            return await reached.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            StatusChanged -= Look;
        }
    }

    private static string Hint(VmState state) => state switch
    {
        VmState.Created => "start it",
        VmState.Running => "it runs already",
        VmState.Pausing => "wait until it is paused",
        VmState.Paused => "resume it",
        VmState.Faulted => "reset it, or restore a snapshot",
        VmState.Stopped => "start it",
        _ => "create it again",
    };

    private Task BeginPause(OutputRelease release)
    {
        switch (_status.State)
        {
            case VmState.Pausing:
                _release = release;
                return _paused!.Task;
            case VmState.Paused:
                ClosePorts(release);
                return Task.CompletedTask;
            case VmState.Running:
                _release = release;
                if (!Contain(() => _graceEndNs = _machine.IsInTransaction ? _host.NowNs + TransactionGraceNs : 0)) throw Refuse("pause", Hint(_status.State));
                if (_graceEndNs == 0) _machine.Clock.Freeze();
                _paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var paused = _paused.Task;
                Change(new VmStatus(VmState.Pausing, VmCause.Owner));
                TryFinishPause();
                return paused;
            default:
                throw Refuse("pause", Hint(_status.State));
        }
    }

    private void TryFinishPause()
    {
        if (_status.State != VmState.Pausing || _graceEndNs != 0 || _ports.Outstanding > 0) return;
        End(new VmStatus(VmState.Paused, VmCause.Owner), _release);
    }

    private bool CancelPause()
    {
        if (_status.State != VmState.Pausing) return false;
        _paused!.TrySetCanceled();
        _paused = null;
        _graceEndNs = 0;
        _machine.Clock.Run();
        Change(new VmStatus(VmState.Running, VmCause.Owner));
        return true;
    }

    private void PowerOn()
    {
        _machine.Memory.PowerOff();
        _request = null;
        Contain(_machine.Reset);
    }

    private void Go()
    {
        if (_fault is not null) return;
        if (!Contain(() => _ports.Open(_epoch))) return;
        _machine.Clock.Run();
        Volatile.Write(ref _runsSinceNs, 0);
        Change(new VmStatus(VmState.Running, VmCause.Owner));
    }

    // Ceases to run, for whatever reason.
    private void End(VmStatus status, OutputRelease release)
    {
        _graceEndNs = 0;
        _machine.Clock.Freeze();
        ClosePorts(release);
        Change(status);
        if (_paused is not { } paused) return;
        _paused = null;
        if (status.State == VmState.Paused) paused.TrySetResult();
        else paused.TrySetException(Refuse("pause", Hint(status.State)));
    }

    private void ClosePorts(OutputRelease release)
    {
        _release = release;
        try
        {
            _ports.Close(release);
        }
        catch (Exception exception)
        {
            // The fence is the arbiter's to keep; a VM that ends must end all the same.
            _log(VmLogLevel.Error, "ports", $"closing for {release} threw {exception.GetType().Name}: {exception.Message}");
        }
    }

    private void FreeMachine()
    {
        lock (_interrupting) _freed = true;
        _machine.Dispose();
        try
        {
            _ports.Dispose();
        }
        catch (Exception exception)
        {
            _log(VmLogLevel.Error, "ports", $"disposing threw {exception.GetType().Name}: {exception.Message}");
        }
    }
}
