// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>
/// A VM of this board, with its folder. What its owner asks for is done one after another; while another board is taking
/// it over nothing else is.
/// </summary>
internal sealed class HostedVm : IDisposable
{
    private static readonly TimeSpan LongestReturn = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly VmFactory _factory;
    private readonly TimeProvider _time;
    private readonly RestartPause _restartPause;
    private readonly CancellationTokenSource _gone = new();
    private TaskCompletionSource? _return;
    private string? _unusable; // what is saved of it
    private volatile bool _isSaving; // and goes on: not worth a line

    public HostedVm(VmRecord record, VmDefinition definition, VmFolder folder, VmFactory factory, VmJournal journal, TimeProvider time)
    {
        (Record, Definition, Folder, Journal) = (record, definition, folder, journal);
        (_factory, _time, _restartPause) = (factory, time, new RestartPause(time));
    }

    public VmRecord Record { get; private set; }

    public VmDefinition Definition { get; private set; }

    public VmFolder Folder { get; }

    public VmJournal Journal { get; }

    public string Id => Record.Id;

    public string Name => Record.Name;

    /// <summary>The VM itself; null while it cannot be built, as <see cref="Problem"/> says.</summary>
    public VirtualMachine? Machine { get; private set; }

    /// <summary>The VM itself, for who cannot do without.</summary>
    /// <exception cref="ProblemException">It cannot be built, or has not been yet.</exception>
    public VirtualMachine GetMachine() => Machine
        ?? throw Problems.Conflict("vm-not-built", "The VM is not there yet", Problem ?? $"'{Name}' is about to come back", Name, "see: ehv vm logs");

    public VmConsole? Console { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>Why it could not be saved the last time that this was tried; null when it could.</summary>
    public string? SaveProblem { get; private set; }

    /// <summary>Mappings of its manifest whose ports no device of its machine has.</summary>
    public IReadOnlyList<PortMapping> UnusedPorts { get; private set; } = [];

    /// <summary>Cancelled when it is here no longer: deleted, or run by another board.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Whether another board is taking it over.</summary>
    public bool IsMoving { get; private set; }

    /// <summary>Under which number this board owns it.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>It was here when the service began: its owner's orders wait until this board is known to own it, and it is back.</summary>
    public HostedVm Returning()
    {
        _return = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return this;
    }

    /// <summary>Brings it back, before any order of its owner and after the move that it may have been in.</summary>
    public async Task ReturnAsync(Action work)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            EndMove();
            await Task.Run(work);
        }
        finally
        {
            _return?.TrySetResult();
            _gate.Release();
        }
    }

    /// <summary>Does something with it that nothing else may come between.</summary>
    /// <exception cref="ProblemException">It is being moved, or not known to be this board's.</exception>
    public async Task<T> ExclusiveAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await WaitForReturnAsync(cancellation);
        await _gate.WaitAsync(cancellation);
        try
        {
            if (IsMoving) throw Problems.Conflict("vm-moving", "The VM is being moved", $"VM '{Name}' is on its way to another board", Name, "wait for the move's end, or cancel it: ehv moves --help");
            return await work();
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task ExclusiveAsync(Func<Task> work, CancellationToken cancellation) =>
        ExclusiveAsync(
            async () =>
            {
                await work();
                return true;
            },
            cancellation);

    /// <summary>Keeps everybody else away until <see cref="EndMove"/>.</summary>
    public Task BeginMoveAsync(CancellationToken cancellation) =>
        ExclusiveAsync(
            () =>
            {
                IsMoving = true;
                return Task.CompletedTask;
            },
            cancellation);

    public void EndMove() => IsMoving = false;

    /// <summary>Builds it, unless it is built already.</summary>
    /// <exception cref="Exception">It cannot be built; also said in <see cref="Problem"/>.</exception>
    public VirtualMachine Build()
    {
        if (Machine is { } there) return there;
        try
        {
            Adopt(_factory.Build(Definition, Id, Journal.Take));
            return Machine!;
        }
        catch (Exception e)
        {
            Problem = e.Message;
            throw;
        }
    }

    /// <summary>Takes over a VM that was built elsewhere: what a move has received.</summary>
    public void Adopt(BuiltVm built)
    {
        built.Machine.Epoch = Epoch;
        built.Machine.StatusChanged += OnStatus;
        (Machine, Console, Problem, UnusedPorts) = (built.Machine, built.Console, null, built.Unused);
    }

    /// <summary>This board owns it from now on under this number.</summary>
    public void Own(ulong epoch)
    {
        Epoch = epoch;
        if (Machine is { State: not (VmState.Running or VmState.Pausing) } machine) machine.Epoch = epoch;
    }

    /// <summary>Brings it back as it was last saved, or as new, and lets it do what its owner wants.</summary>
    public void Recover()
    {
        var machine = Build();
        if (machine.State == VmState.Created && !RestoreSaved(machine) && Record.Wanted == VmWanted.Running)
            Journal.Failed("vm-recovered", "begins anew: nothing of it was saved (see 'checkpoint' in the service's configuration)");
        if (Record.Wanted != VmWanted.Running || machine.State is VmState.Running) return;
        if (machine.State == VmState.Paused) machine.Resume();
        else machine.Start();
    }

    /// <summary>Writes down what it is and what is wanted of it.</summary>
    public void Write()
    {
        Folder.Write(Definition);
        Folder.Write(Record);
    }

    public void Remember(VmWanted wanted)
    {
        if (Record.Wanted == wanted) return;
        Record = Record with { Wanted = wanted };
        Folder.Write(Record);
    }

    public void Start()
    {
        var machine = Build();
        if (_unusable is { } reason)
            throw Problems.Conflict("vm-state-unusable", "Its saved state cannot be used", $"VM '{Name}': {reason}", Name, "go back to a snapshot: ehv vm restore; or begin anew: ehv vm reset, which keeps the file beside as state.unusable");
        Remember(VmWanted.Running);
        machine.Start();
    }

    public async Task PauseAsync(CancellationToken cancellation)
    {
        var machine = Build();
        var wanted = Record.Wanted;
        Remember(VmWanted.Paused); // before it is done: where this cannot be written down nothing has happened
        try
        {
            await machine.PauseAsync(OutputRelease.Pause, cancellation);
        }
        catch
        {
            Remember(wanted);
            throw;
        }
        TrySaveFrozen(machine);
    }

    public void Resume()
    {
        var machine = Build();
        machine.Resume();
        Remember(VmWanted.Running);
        if (machine.Status is { State: VmState.Faulted } status)
            throw Problems.Conflict("vm-faulted", "The VM cannot go on", $"VM '{Name}': {status}", Name, "see: ehv vm logs");
    }

    public void Stop()
    {
        Build().Stop();
        Remember(VmWanted.Stopped);
        GiveUpUnusable();
        Folder.DeleteState();
    }

    public void Reset()
    {
        var machine = Build();
        GiveUpUnusable();
        if (machine.State != VmState.Created) machine.Reset();
    }

    // Its owner has decided: it begins anew, and the file stays for who can make something of it.
    private void GiveUpUnusable()
    {
        if (_unusable is null) return;
        Folder.SetStateAside();
        (_unusable, Problem) = (null, null);
    }

    /// <summary>Another firmware instead of the one it has: it begins anew with it.</summary>
    /// <param name="image">The firmware.</param>
    /// <param name="run">Whether it is to run; else it is off.</param>
    /// <exception cref="Exception">It cannot be built with it, or not be started.</exception>
    public void ReplaceFirmware(string image, bool run)
    {
        Folder.DeleteState(); // of the old one; after a crash from here on it begins anew
        Record = Record with { Image = image };
        Folder.Write(Record);
        Definition = Definition with { Image = image };
        if (Machine is { } old)
        {
            old.StatusChanged -= OnStatus;
            old.Dispose();
            (Machine, Console) = (null, null);
        }
        Journal.Happened("vm-updated", $"has the firmware {image}");
        if (run) Start();
        else Build();
    }

    /// <summary>Saves where it stands, for the time after a restart of the service; the guest hardly notices.</summary>
    /// <param name="release">What its outputs do meanwhile.</param>
    /// <param name="goOn">Whether it runs on afterwards.</param>
    /// <param name="cancellation">Gives up waiting for the VM to stand still.</param>
    public async Task SaveAsync(OutputRelease release, bool goOn, CancellationToken cancellation)
    {
        if (Machine is not { } machine || machine.State is not (VmState.Running or VmState.Paused)) return;
        using var file = new StagedFile(Folder.StatePath);
        await SaveAsync(machine, file.Content, release, goOn, cancellation);
        Folder.CommitState(file);
        SaveProblem = null;
    }

    /// <summary>Saves it under a name.</summary>
    public async Task<SnapshotInfo> SnapshotAsync(string name, CancellationToken cancellation)
    {
        var machine = Build();
        using var file = new StagedFile(Folder.SnapshotPath(name));
        await SaveAsync(machine, file.Content, OutputRelease.Checkpoint, goOn: true, cancellation);
        var length = file.Length;
        file.Commit();
        Journal.Happened("vm-saved", $"saved as '{name}'");
        return new SnapshotInfo(name, _time.GetUtcNow(), length);
    }

    /// <summary>Goes back to a saved state; it is paused then.</summary>
    public async Task RestoreAsync(string file, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(file);
        var machine = Build();
        machine.RequireFits(snapshot); // before it is disturbed
        if (machine.State == VmState.Running) await machine.PauseAsync(OutputRelease.Pause, cancellation);
        machine.Restore(snapshot);
        GiveUpUnusable();
        Remember(VmWanted.Paused);
        TrySaveFrozen(machine);
        var of = snapshot.VmName == Name ? "" : $", which is VM '{snapshot.VmName}'";
        Journal.Happened("vm-restored", $"restored from '{Path.GetFileNameWithoutExtension(file)}'{of}, paused");
    }

    public void Delete()
    {
        Dispose();
        Folder.Delete();
    }

    public void Dispose()
    {
        _gone.Cancel();
        if (Machine is not { } machine) return;
        machine.StatusChanged -= OnStatus;
        machine.Dispose();
        Machine = null;
    }

    // It stands still, whether the disk takes that or not.
    private void TrySaveFrozen(VirtualMachine machine)
    {
        try
        {
            SaveFrozen(machine);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StateException)
        {
            NotSaved(e.Message);
        }
    }

    /// <summary>It could not be saved: said in its log, and with the service's health until it can.</summary>
    public void NotSaved(string reason)
    {
        SaveProblem = reason;
        Journal.Failed("vm-not-saved", $"could not be saved: {reason}");
    }

    /// <summary>Saves a VM that stands still.</summary>
    public void SaveFrozen(VirtualMachine machine)
    {
        using var file = new StagedFile(Folder.StatePath);
        machine.SaveSnapshot(file.Content);
        Folder.CommitState(file);
        SaveProblem = null;
    }

    // The VM stands still while its state is written, not while the disk makes it durable.
    private async Task SaveAsync(VirtualMachine machine, Stream content, OutputRelease release, bool goOn, CancellationToken cancellation)
    {
        var ran = machine.State == VmState.Running;
        _isSaving = goOn;
        try
        {
            if (ran) await machine.PauseAsync(release, cancellation);
            machine.SaveSnapshot(content);
        }
        finally
        {
            if (ran && goOn && machine.State == VmState.Paused) machine.Resume();
            _isSaving = false;
        }
    }

    private async Task WaitForReturnAsync(CancellationToken cancellation)
    {
        if (_return is not { Task: { IsCompleted: false } back }) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _gone.Token);
        try
        {
            await back.WaitAsync(LongestReturn, _time, end.Token);
        }
        catch (TimeoutException)
        {
            throw Problems.Conflict(
                "vm-in-doubt", "It is not known whether the VM is this board's",
                $"VM '{Name}' was on its way to another board when the service ended, and that board has not said since what became of it", Name,
                "wait until that board is reachable; if it is gone for good: ehv adopt --help");
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            throw Problems.NotFound("vm", Name, "it runs on another board now");
        }
    }

    private bool RestoreSaved(VirtualMachine machine)
    {
        if (Folder.SavedAt is not { } savedAt) return false;
        try
        {
            using var snapshot = Snapshot.Open(Folder.StatePath);
            machine.Restore(snapshot);
        }
        catch (StateException e) when (e.IsStale)
        {
            // As after a power cut: the guest finds its disk as it left it, and repairs what it has to.
            machine.Stop();
            Journal.Failed("vm-not-restored", $"begins anew: it was saved {savedAt:yyyy-MM-dd HH:mm:ss} UTC, and cannot go on from there: {e.Message}");
            return true;
        }
        catch (Exception e) when (e is StateException or SnapshotException)
        {
            Problem = _unusable = $"what was saved of it {savedAt:yyyy-MM-dd HH:mm:ss} UTC cannot be used: {e.Message}";
            Journal.Failed("vm-not-restored", _unusable);
            throw;
        }
        var lost = _time.GetUtcNow() - savedAt;
        Journal.Happened("vm-recovered", $"comes back as it was saved {savedAt:yyyy-MM-dd HH:mm:ss} UTC, {lost.TotalSeconds:0.0} s ago");
        return true;
    }

    // On whatever thread changed it; nothing here may wait.
    private void OnStatus(VirtualMachine machine, VmStatus status)
    {
        var text = status.ToString();
        if (status.State == VmState.Faulted) Journal.Failed("vm-faulted", text);
        else if (!_isSaving && status.State != VmState.Pausing) Journal.Happened($"vm-{Quantity.ToKebabCase(status.State.ToString())}", text);

        if (status is { State: VmState.Stopped, Cause: VmCause.GuestPowerOff }) _ = Task.Run(AfterPowerOff);
        if (status.State == VmState.Faulted && Definition.Vm.Restart == RestartPolicy.OnFault) _ = RestartAsync();
    }

    private void AfterPowerOff()
    {
        if (Machine is not { State: VmState.Stopped }) return;
        Remember(VmWanted.Stopped);
        Folder.DeleteState();
    }

    private async Task RestartAsync()
    {
        var wait = _restartPause.Next();
        Journal.Happened("vm-restarting", $"starts again in {wait.TotalSeconds:0} s");
        await Task.Delay(wait, _time);
        try
        {
            await ExclusiveAsync(
                () =>
                {
                    if (Machine is not { State: VmState.Faulted } machine || _unusable is not null) return Task.CompletedTask;
                    machine.Reset();
                    if (machine.State == VmState.Paused) machine.Resume();
                    _restartPause.Started();
                    return Task.CompletedTask;
                },
                CancellationToken.None);
        }
        catch (Exception e) when (e is ProblemException or VmStateException)
        {
            Journal.Failed("vm-faulted", $"cannot start again: {e.Message}");
        }
    }
}
