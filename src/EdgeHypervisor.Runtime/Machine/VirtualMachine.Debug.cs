// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <content>Looking into a VM and stopping it at an instruction: what a debugger needs.</content>
public sealed partial class VirtualMachine
{
    /// <summary>The longest range that a watchpoint can cover, in bytes.</summary>
    public const int MaximumWatchBytes = 64;

    private Watchpoint[] _watchpoints = [];
    private int _debuggers; // 0 or 1

    /// <summary>The cores that can be looked into; empty when the machine's cores cannot. Use them on the VM's turn.</summary>
    public IReadOnlyList<IDebuggableCore> DebuggableCores => [.. _machine.Cores.Select(core => core.Part).OfType<IDebuggableCore>()];

    /// <summary>
    /// Stops the guest where it is, at once: unlike a pause it does not wait for transactions of its devices, which end
    /// when it goes on. Does nothing unless it runs.
    /// </summary>
    public void Break() => Visit(() =>
    {
        if (_status.State is VmState.Running) End(new VmStatus(VmState.Paused, VmCause.Breakpoint), OutputRelease.Pause);
    });

    /// <summary>
    /// One instruction of one core of a VM that stands still. Its time advances by that instruction in deterministic mode
    /// and stands still in host mode.
    /// </summary>
    /// <param name="core">Which core.</param>
    /// <exception cref="VmStateException">It is neither paused nor just created.</exception>
    public void Step(int core = 0) => Visit(() =>
    {
        if (_status.State is not (VmState.Paused or VmState.Created)) throw Refuse("step", Hint(_status.State));
        _fault = null;
        RunPosted();
        _machine.Clock.FireDue();
        StepCore(_machine.Cores[core]);
        var request = _request ?? new MachineRequest(MachineRequestKind.Break);
        _request = null;
        if (request.Kind == MachineRequestKind.Reset) Contain(_machine.Reset);
        if (_fault is not null) End(_fault, OutputRelease.Fault);
        else if (request.Kind == MachineRequestKind.PowerOff) End(new VmStatus(VmState.Stopped, VmCause.GuestPowerOff, ExitCode: request.ExitCode), OutputRelease.Stop);
        else Change(new VmStatus(VmState.Paused, VmCause.Breakpoint));
    });

    /// <summary>
    /// Stops the guest after the instruction that changes one of these bytes. While there is a watchpoint the guest runs
    /// one instruction at a time, which is slow.
    /// </summary>
    /// <param name="address">Physical address of the first byte.</param>
    /// <param name="lengthBytes">How many, at most <see cref="MaximumWatchBytes"/>.</param>
    /// <returns>False when they are not in RAM.</returns>
    public bool TryAddWatchpoint(ulong address, int lengthBytes) => Visit(() =>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, MaximumWatchBytes);
        var content = new byte[lengthBytes];
        if (!_machine.Memory.TryRead(address, content)) return false;
        _watchpoints = [.. _watchpoints, new Watchpoint(address, content)];
        return true;
    });

    /// <summary>Takes a watchpoint away.</summary>
    public void RemoveWatchpoint(ulong address, int lengthBytes) => Visit(() =>
    {
        var index = Array.FindIndex(_watchpoints, watch => watch.Address == address && watch.LengthBytes == lengthBytes);
        if (index >= 0) _watchpoints = [.. _watchpoints.Where((_, i) => i != index)];
    });

    private void StepCore(MachinePart<ICore> core)
    {
        _machine.Clock.BeginSlice(core.Part);
        // A request to stop that nobody has taken yet must not pass for the step.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var retired = core.Part.InstructionsRetired;
            RunResult result;
            try
            {
                core.IsWaiting = false;
                _trace?.BeginSlice(Array.IndexOf(_machine.Cores, core));
                result = core.Part.Run(1);
                _trace?.EndSlice();
            }
            catch (Exception exception)
            {
                ReportFault(core.Info, exception);
                break;
            }
            if (result.Reason == StopReason.Requested && core.Part.InstructionsRetired == retired) continue;
            if (result.Reason != StopReason.Breakpoint) Take(core, result);
            else if (core.Part.InstructionsRetired == retired) continue;
            break;
        }
        Volatile.Write(ref _instructions, _instructions + _machine.Clock.EndSlice());
        foreach (var watch in _watchpoints) _ = watch.HasChanged(_machine.Memory, out _);
    }

    private void CheckWatchpoints()
    {
        foreach (var watch in _watchpoints)
        {
            if (watch.HasChanged(_machine.Memory, out var changedAt))
                _request ??= new MachineRequest(MachineRequestKind.Break, WatchedAddress: changedAt);
        }
    }

    internal bool TryTakeDebugger() => Interlocked.CompareExchange(ref _debuggers, 1, 0) == 0;

    internal void LeaveDebugger() => Volatile.Write(ref _debuggers, 0);
}
