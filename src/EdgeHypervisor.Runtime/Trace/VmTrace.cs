// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>
/// A trace of a VM, from now until it is disposed or the VM has come to an end. It changes nothing that the guest could
/// observe in deterministic mode. A guest waits for a reader that does not keep up, but no longer than <see cref="TraceFilter.Patience"/>.
/// </summary>
/// <remarks>
/// Who is not traced pays nothing: devices are wrapped, cores told where to report, slices cut to one instruction only
/// meanwhile. Code that was translated runs translated unless instructions are traced.
/// </remarks>
public sealed class VmTrace : IDisposable
{
    private readonly VirtualMachine _vm;
    private readonly Machine _machine;
    private readonly TraceBuffer _buffer = new();
    private readonly CoreTrace[] _cores;
    private CoreTrace? _running;
    private long _heldSinceNs = -1;
    private volatile string? _end;
    private int _isOver;

    private VmTrace(VirtualMachine vm, Machine machine, TraceFilter filter)
    {
        (_vm, _machine, Filter) = (vm, machine, filter);
        _cores = [.. machine.Cores.Select((core, i) => new CoreTrace(i, core.Part, machine.Memory, machine.Clock, this))];
    }

    /// <summary>What it takes.</summary>
    public TraceFilter Filter { get; }

    /// <summary>Why it has ended, in words; null while it has not.</summary>
    public string? End => _end;

    /// <summary>Whether the guest is to run one instruction at a time.</summary>
    internal bool Steps => Filter.Takes(TraceEvents.Instructions);

    /// <summary>Begins a trace.</summary>
    /// <returns>Null when the VM is traced already.</returns>
    /// <exception cref="NotSupportedException">The VM's core does not tell what is asked for.</exception>
    /// <exception cref="VmStateException">The VM is gone.</exception>
    public static VmTrace? TryBegin(VirtualMachine vm, TraceFilter filter)
    {
        if ((filter.Events & ~TraceEvents.Devices) != 0 && !vm.IsTraceable)
            throw new NotSupportedException($"VM {vm.Name}: its core {vm.Blueprint.CorePlugin} tells neither instructions nor traps; only devices can be traced");
        return vm.BeginTrace(machine => new VmTrace(vm, machine, filter));
    }

    /// <summary>Waits for events; null when the trace has come to its <see cref="End"/>. What is given is valid until the next call.</summary>
    public async ValueTask<IReadOnlyList<TraceEvent>?> ReadAsync(CancellationToken cancellation)
    {
        var events = await _buffer.ReadAsync(cancellation).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _heldSinceNs, -1) >= 0) _vm.WakeTraced();
        return events;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0) return;
        _vm.EndTrace(this);
        _buffer.End();
    }

    /// <summary>On the VM's turn: puts it in place.</summary>
    internal void Attach()
    {
        foreach (var window in _machine.Bus.Windows)
        {
            if (Filter.TakesDevice(window.Component.Name)) window.Device = new TracedDevice(window.Device, window.Component.Name, this);
        }
        foreach (var core in _cores) core.Attach();
    }

    /// <summary>On the VM's turn: takes it away.</summary>
    internal void Detach()
    {
        foreach (var core in _cores) core.Detach();
        foreach (var window in _machine.Bus.Windows)
        {
            if (window.Device is TracedDevice traced) window.Device = traced.Device;
        }
    }

    /// <summary>The VM has come to an end, or not.</summary>
    internal void OnStatus(VmStatus status)
    {
        if (status.State is not (VmState.Stopped or VmState.Faulted or VmState.Deleted)) return;
        _end ??= status.State == VmState.Deleted ? "the VM is not here any more" : $"the VM is {status}";
        _buffer.End();
    }

    /// <summary>Until when the guest has to wait for the reader; null when it need not.</summary>
    internal long? HoldUntilNs(long nowNs)
    {
        if (!_buffer.WantsHold) return null;
        Interlocked.CompareExchange(ref _heldSinceNs, nowNs, -1);
        if (Interlocked.Read(ref _heldSinceNs) is not (>= 0 and var sinceNs)) return null; // the reader was here just now
        var endNs = sinceNs + (long)Filter.Patience.TotalNanoseconds;
        return nowNs < endNs ? endNs : null;
    }

    internal void BeginSlice(int core)
    {
        _running = _cores[core];
        _running.BeginSlice();
    }

    internal void EndSlice()
    {
        _running?.EndSlice();
        _running = null;
    }

    internal void OnAccess(TraceEventKind kind, string device, uint offset, AccessWidth width, ulong value) =>
        _running?.OnAccess(kind, device, offset, width, value);

    internal void Add(in TraceEvent happened)
    {
        if (_buffer.Add(happened)) _vm.InterruptTraced();
    }
}
