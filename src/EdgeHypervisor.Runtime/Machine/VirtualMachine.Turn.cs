// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <content>What happens in a turn: posted work, timers, slices of guest code.</content>
public sealed partial class VirtualMachine
{
    // Of a core that nothing is known of yet; corrected by each slice.
    private const double InitialNsPerInstruction = 10;

    // Shorter slices cost more to begin than they run. In host mode a timer may be that late.
    private const long MinimumHostInstructions = 1_000;

    // How often a VM that is about to pause is asked whether its devices are between two transactions.
    private const long GraceSliceNs = 200_000;

    private const long TrimAfterNs = 1_000_000_000;

    // With several cores each gets this much before the next: they see each other's stores soon.
    private const long RoundRobinInstructions = 20_000;

    // How far a guest may still go until it waits, while a thread is to be lent to its bus.
    private const long RestlessInstructions = 10_000;

    // A guest that went on instead is asked again after so many times: one that polls would lose that way each time.
    private const int TimesNotLent = 16;

    private readonly Lock _interrupting = new();
    private MachineRequest? _request; // the first of those that were made since the last was done
    private List<Action>? _posted; // none before the first
    private List<Action>? _spare;
    private VmStatus? _fault;
    private double _nsPerInstruction = InitialNsPerInstruction;
    private long _instructions;
    private long _slices;
    private int _visitors;
    private int _nextCore;
    private bool _freed;
    private long? _asleepSinceNs;
    private bool _isTrimmed;
    private long _runsSinceNs;
    private bool _isOnWorker;
    private Action? _atRest;
    private Action? _otherwise;
    private int _notLentFor;

    /// <summary>For how long it has been having its turns since it was started or resumed last; null before the first one.</summary>
    public TimeSpan? RunningFor => Volatile.Read(ref _runsSinceNs) is var sinceNs and not 0 ? TimeSpan.FromTicks((_host.NowNs - sinceNs) / 100) : null;

    /// <inheritdoc/>
    void ISchedulable.Interrupt() => InterruptSlice();

    /// <inheritdoc/>
    TurnResult ISchedulable.RunTurn(long endNs, ISliceAlarm alarm)
    {
        // A visitor has the turn; when it leaves, it asks for another one for us.
        if (!_turn.TryEnter()) return TurnResult.UntilWoken;
        try
        {
            _isOnWorker = true;
            return Rest(_status.State switch
            {
                VmState.Running => RunGuest(endNs, alarm),
                VmState.Pausing => Quiesce(endNs, alarm),
                _ => TurnResult.UntilWoken,
            });
        }
        catch (Exception exception)
        {
            ReportFault(FaultOrigin.Find(exception, _machine), exception);
            HandleRequests();
            return Rest(TurnResult.UntilWoken);
        }
        finally
        {
            _isOnWorker = false;
            _turn.Exit();
            Announce();
        }
    }

    private TurnResult RunGuest(long endNs, ISliceAlarm alarm)
    {
        var clock = _machine.Clock;
        if (!IsAnyCoreRunnable()) clock.FollowHost();
        while (true)
        {
            if (Volatile.Read(ref _visitors) != 0) return TurnResult.UntilWoken;
            if (_runsSinceNs == 0) Volatile.Write(ref _runsSinceNs, _host.NowNs);
            RunPosted();
            if (_fault is null) clock.FireDue();
            HandleRequests();
            if (!_machine.Clock.IsRunning) return TurnResult.UntilWoken;
            var nowNs = _host.NowNs;
            if (nowNs >= endNs) return TurnResult.Ready;
            if (_trace?.HoldUntilNs(nowNs) is { } heldUntilNs) return TurnResult.Until(heldUntilNs);
            if (NextRunnable() is { } core)
            {
                if (clock.AheadNs() is > 0 and var aheadNs) return TurnResult.Until(nowNs + aheadNs);
                var isLast = _atRest is not null;
                RunSlice(core, nowNs, endNs, alarm);
                if (isLast && !core.IsWaiting) GoOn();
            }
            else if (!clock.TrySkipToDeadline())
            {
                return Sleep(nowNs, clock.NextDeadlineNs is { } deadlineNs ? clock.ToHostNs(deadlineNs) : long.MaxValue);
            }
        }
    }

    // Not where time is the guest's own: while it waits that jumps ahead.
    private bool TryAtRest(Action work, Action otherwise)
    {
        if (!_isOnWorker || _atRest is not null || _machine.Clock.Settings.Mode != ClockMode.Host) return false;
        if (_notLentFor > 0)
        {
            _notLentFor--;
            return false;
        }
        if (!_place.TryLendWorker()) return false;
        (_atRest, _otherwise) = (work, otherwise);
        InterruptSlice();
        return true;
    }

    private TurnResult Rest(TurnResult result)
    {
        if (result.IsReady) GoOn();
        var work = _atRest;
        (_atRest, _otherwise) = (null, null);
        return result with { AtRest = work };
    }

    // The guest does not wait for what was to be done when it does.
    private void GoOn()
    {
        if (_otherwise is not { } otherwise) return;
        (_atRest, _otherwise) = (null, null);
        _notLentFor = TimesNotLent;
        _place.KeepWorker();
        otherwise();
    }

    // A guest that stays asleep is woken once more, to give back what it does not need for that.
    private TurnResult Sleep(long nowNs, long wakeAtNs)
    {
        if (_isTrimmed || !_machine.IsTrimmable) return TurnResult.Until(wakeAtNs);
        if (_asleepSinceNs is not { } sinceNs) _asleepSinceNs = sinceNs = nowNs;
        if (nowNs - sinceNs < TrimAfterNs) return TurnResult.Until(Math.Min(wakeAtNs, sinceNs + TrimAfterNs));
        _isTrimmed = true;
        _machine.Trim();
        return TurnResult.Until(wakeAtNs);
    }

    private TurnResult Quiesce(long endNs, ISliceAlarm alarm)
    {
        var nowNs = _host.NowNs;
        if (nowNs < _graceEndNs && _machine.IsInTransaction)
        {
            var result = RunGuest(Math.Min(endNs, nowNs + GraceSliceNs), alarm);
            return result.IsReady ? result : TurnResult.Until(Math.Min(result.WakeAtNs, _graceEndNs));
        }
        if (_graceEndNs != 0)
        {
            _graceEndNs = 0;
            _machine.Clock.Freeze();
        }
        RunPosted();
        HandleRequests();
        TryFinishPause();
        return TurnResult.UntilWoken;
    }

    private static bool IsRunnable(MachinePart<ICore> core) => !core.IsWaiting || core.Part.HasWakeUp;

    private bool IsAnyCoreRunnable()
    {
        foreach (var core in _machine.Cores)
        {
            if (IsRunnable(core)) return true;
        }
        return false;
    }

    private MachinePart<ICore>? NextRunnable()
    {
        var cores = _machine.Cores;
        for (var i = 0; i < cores.Length; i++)
        {
            var core = cores[_nextCore];
            _nextCore = _nextCore + 1 == cores.Length ? 0 : _nextCore + 1;
            if (IsRunnable(core)) return core;
        }
        return null;
    }

    private void RunSlice(MachinePart<ICore> core, long nowNs, long endNs, ISliceAlarm alarm)
    {
        var clock = _machine.Clock;
        SetAlarm(nowNs, endNs, alarm);
        clock.BeginSlice(core.Part);
        RunResult result;
        try
        {
            core.IsWaiting = false;
            (_asleepSinceNs, _isTrimmed) = (null, false);
            _trace?.BeginSlice(Array.IndexOf(_machine.Cores, core));
            result = core.Part.Run(Budget(endNs - nowNs));
        }
        catch (Exception exception)
        {
            ReportFault(core.Info, exception);
            result = default;
        }
        _trace?.EndSlice();
        var retired = clock.EndSlice();
        Volatile.Write(ref _instructions, _instructions + retired);
        Volatile.Write(ref _slices, _slices + 1);
        Learn(retired, _host.NowNs - nowNs);
        Take(core, result);
        _profile?.AfterSlice(core);
        if (_watchpoints.Length > 0) CheckWatchpoints();
    }

    private void SetAlarm(long nowNs, long endNs, ISliceAlarm alarm)
    {
        var clock = _machine.Clock;
        var alarmNs = endNs;
        if (clock.Settings.Mode == ClockMode.Host && clock.NextDeadlineNs is { } deadlineNs)
            alarmNs = Math.Min(endNs, Math.Max(nowNs, clock.ToHostNs(deadlineNs)));
        alarm.Set(alarmNs);
    }

    private long Budget(long leftNs)
    {
        if (_watchpoints.Length > 0 || _trace is { Steps: true } || _profile is { Steps: true }) return 1;
        var isHost = _machine.Clock.Settings.Mode == ClockMode.Host;
        var untilDeadline = _machine.Clock.InstructionsUntilDeadline(_nsPerInstruction);
        if (isHost) untilDeadline = Math.Max(MinimumHostInstructions, untilDeadline);
        var untilEnd = Math.Max(MinimumHostInstructions, (long)(leftNs / _nsPerInstruction));
        var budget = Math.Min(untilEnd, untilDeadline);
        if (_atRest is not null) budget = Math.Min(budget, RestlessInstructions);
        return _machine.Cores.Length > 1 ? Math.Min(budget, RoundRobinInstructions) : budget;
    }

    // A moving average; slices too short to measure say nothing.
    private void Learn(long instructions, long ranNs)
    {
        if (instructions < MinimumHostInstructions) return;
        _nsPerInstruction = Math.Clamp((0.75 * _nsPerInstruction) + (0.25 * ranNs / instructions), 0.1, 10_000);
    }

    private void Take(MachinePart<ICore> core, RunResult result)
    {
        switch (result.Reason)
        {
            case StopReason.WaitingForInterrupt:
                core.IsWaiting = true;
                break;
            case StopReason.Breakpoint:
                if (_fault is null) _request ??= new MachineRequest(MachineRequestKind.Break);
                break;
            case StopReason.Fault:
                if (_fault is null) Fault(VmCause.GuestFault, core.Info, result.Detail ?? "the core gave no reason");
                break;
        }
    }

    private void HandleRequests()
    {
        if (_fault is not null)
        {
            var fault = _fault;
            _request = null;
            if (_status.State is VmState.Running or VmState.Pausing) End(fault, OutputRelease.Fault);
            return;
        }
        if (_request is not { } request) return;
        _request = null;
        switch (request.Kind)
        {
            case MachineRequestKind.PowerOff:
                End(new VmStatus(VmState.Stopped, VmCause.GuestPowerOff, ExitCode: request.ExitCode), OutputRelease.Stop);
                break;
            case MachineRequestKind.Reset:
                Contain(_machine.Reset);
                break;
            case MachineRequestKind.Break:
                // No quiescing: a debugger stops where the guest is, and transactions end when it goes on.
                End(new VmStatus(VmState.Paused, VmCause.Breakpoint, WatchedAddress: request.WatchedAddress), OutputRelease.Pause);
                break;
        }
    }

    private void RunPosted()
    {
        List<Action> work;
        lock (_interrupting)
        {
            if (_posted is not { Count: > 0 }) return;
            work = _posted;
            _posted = _spare;
            _spare = work;
        }
        Run(work);
        work.Clear();
    }

    private void Run(List<Action> work)
    {
        foreach (var action in work)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                ReportFault(FaultOrigin.Find(exception, _machine), exception);
            }
        }
    }

    private void Post(Action work)
    {
        bool first;
        lock (_interrupting)
        {
            (_posted ??= []).Add(work);
            first = _posted.Count == 1;
        }
        if (!first) return;
        InterruptSlice();
        _place?.Wake();
    }

    // The one thing that other threads do to a core; not to one that is being freed.
    private void InterruptSlice()
    {
        lock (_interrupting)
        {
            if (_freed || _machine is null) return;
            foreach (var core in _machine.Cores) core.Part.RequestStop();
        }
    }

    private void Request(MachineRequest request)
    {
        _request ??= request;
        InterruptSlice();
    }

    private void ReportFault(ComponentInfo component, Exception exception)
    {
        _log(VmLogLevel.Error, component.Name, $"{component} threw: {exception}");
        Fault(VmCause.PluginFault, component, $"{exception.GetType().Name}: {exception.Message}");
        InterruptSlice();
    }

    private void Fault(VmCause cause, ComponentInfo component, string detail) =>
        _fault ??= new VmStatus(VmState.Faulted, cause, component, detail);

    // Runs what may fail for a plugin's sake, outside of a slice; the VM is faulted then, and false returned.
    private bool Contain(Action action)
    {
        _fault = null;
        try
        {
            action();
        }
        catch (PluginFaultException exception)
        {
            ReportFault(exception.Component, exception.InnerException!);
        }
        catch (Exception exception)
        {
            ReportFault(FaultOrigin.Find(exception, _machine), exception);
        }
        if (_fault is null) return true;
        End(_fault, OutputRelease.Fault);
        return false;
    }

    private sealed class VmTurn(VirtualMachine vm) : IVmTurn
    {
        public bool IsCurrent => vm._turn.IsHeldByCurrentThread;

        public IGuestClock Clock => vm._machine.Clock;

        public void Post(Action work) => vm.Post(work);

        public bool TryAtRest(Action work, Action otherwise) => vm.TryAtRest(work, otherwise);
    }

    private sealed class FaultSink(VirtualMachine vm) : IFaultSink
    {
        public void Report(ComponentInfo component, Exception exception) => vm.ReportFault(component, exception);
    }

    private sealed class MachineControl(VirtualMachine vm) : IMachineControl
    {
        public void PowerOff(int exitCode) => vm.Request(new MachineRequest(MachineRequestKind.PowerOff, exitCode));

        public void Reset() => vm.Request(new MachineRequest(MachineRequestKind.Reset));
    }
}
