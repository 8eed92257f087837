// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// One virtual machine. All its members may be called from any thread; those that touch the machine wait for its turn,
/// which a slice of guest code gives up within milliseconds.
/// </summary>
/// <remarks>
/// The turn is a lock: whoever holds it is the VM's one thread of control. Workers of the scheduler take it to run the
/// guest, callers of this class to look and change; while a caller has it or wants it, no worker waits for it.
/// </remarks>
public sealed partial class VirtualMachine : ISchedulable, IDisposable
{
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(1);
    private readonly Lock _turn = new();
    private readonly IPortProvider _ports;
    private readonly HostTime _host;
    private readonly VmLog _log;
    private readonly Machine _machine;
    private readonly IScheduledVm _place;
    private readonly VmTurn _vmTurn;
    private readonly StatusAnnouncer _announcer = new();
    private VmStatus _status = new(VmState.Created, VmCause.Owner);
    private ulong _epoch;
    private long _seenTimeNs;

    internal VirtualMachine(
        MachineBlueprint blueprint, IPluginCatalog plugins, IPortProvider ports, IVmScheduler scheduler, TimeProvider time, VmLog? log)
    {
        _ports = ports;
        _host = new HostTime(time);
        _log = log ?? ((_, _, _) => { });
        _vmTurn = new VmTurn(this);
        try
        {
            // A device that reports or interrupts while it is made is on its VM's turn already.
            lock (_turn)
            {
                ports.Attach(_vmTurn);
                _machine = new MachineAssembly(blueprint, plugins, ports, _host, _log, new FaultSink(this), new MachineControl(this)).Build(InterruptSlice);
            }
        }
        catch
        {
            ports.Dispose();
            throw;
        }
        _place = scheduler.Add(this, blueprint.Scheduling);
    }

    /// <summary>Raised after each change of <see cref="Status"/>, in order, on whatever thread made it and outside of the VM's turn.</summary>
    public event Action<VirtualMachine, VmStatus>? StatusChanged;

    /// <summary>Its name.</summary>
    public string Name => Blueprint.Name;

    /// <summary>What it was built from.</summary>
    public MachineBlueprint Blueprint => _machine.Blueprint;

    /// <summary>Where it is in its life, and why.</summary>
    public VmStatus Status => Volatile.Read(ref _status);

    /// <summary>Where it is in its life.</summary>
    public VmState State => Status.State;

    /// <summary>Its RAM and ROM. Reading pages is allowed from any thread; see there.</summary>
    public GuestMemory Memory => _machine.Memory;

    /// <summary>The cores and devices with their plugins.</summary>
    public IReadOnlyList<ComponentInfo> Components => [.. _machine.Components.Select(component => component.Info)];

    /// <summary>Its turn, through which the host reaches its devices.</summary>
    public IVmTurn Turn => _vmTurn;

    /// <summary>The ownership number under which its outputs drive. Set before it runs; grows at every handover.</summary>
    /// <exception cref="VmStateException">Set while it runs.</exception>
    public ulong Epoch
    {
        get => Volatile.Read(ref _epoch);
        set => Visit(() =>
        {
            if (_status.State is VmState.Running or VmState.Pausing) throw Refuse("change the epoch", "pause it first");
            Volatile.Write(ref _epoch, value);
        });
    }

    /// <summary>Guest time in nanoseconds; as last seen while the VM does not give up its turn.</summary>
    public long GuestTimeNs
    {
        get
        {
            if (TryVisit(LookPatience, () => _machine.Clock.NowNs, out var nowNs)) Volatile.Write(ref _seenTimeNs, nowNs);
            return Volatile.Read(ref _seenTimeNs);
        }
    }

    /// <summary>What it has used and done.</summary>
    public VmStatistics Statistics => new(
        Volatile.Read(ref _instructions), Volatile.Read(ref _slices), TimeSpan.FromTicks(_place.RunTimeNs / 100), _place.WakeUps, _machine.Bus.BusErrors,
        _machine.Cores.Select(core => core.Part).OfType<ITranslatingCore>().Aggregate(default(TranslationFigures), (sum, core) => sum + core.Translation));

    /// <summary>How often the guest reached each device.</summary>
    public IReadOnlyList<DeviceAccesses> DeviceAccesses => _machine.Accesses;

    /// <summary>Lets it use no more than so much of one processor for a while, in percent, whatever its own cap is; null: as usual.</summary>
    public void Limit(int? capPercent) => _place.Limit(capPercent);

    /// <summary>Does something on the VM's turn, between two slices. It must be short while the VM runs.</summary>
    public void OnTurn(Action work) => Visit(work);

    /// <summary>Does something on the VM's turn, between two slices. It must be short while the VM runs.</summary>
    public T OnTurn<T>(Func<T> work) => Visit(work);

    private void Visit(Action work) => Visit(() =>
    {
        work();
        return true;
    });

    private T Visit<T>(Func<T> work) => TryVisit(Timeout.InfiniteTimeSpan, work, out var result) ? result : throw new UnreachableException();

    // Who only wants to know waits no longer than this for a guest that keeps a device busy.
    private bool TryVisit<T>(TimeSpan patience, Func<T> work, [MaybeNullWhen(false)] out T result)
    {
        result = default;
        Interlocked.Increment(ref _visitors);
        try
        {
            if (!TryEnterTurn(patience)) return false;
            try
            {
                result = work();
                return true;
            }
            finally
            {
                _turn.Exit();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _visitors);
            Leave();
        }
    }

    // A slice is cut short only where there is one.
    private bool TryEnterTurn(TimeSpan patience)
    {
        if (_turn.TryEnter()) return true;
        InterruptSlice();
        return _turn.TryEnter(patience);
    }

    // After every turn of a visitor: go on where a worker gave way, and tell what changed.
    private void Leave()
    {
        if (State is VmState.Running or VmState.Pausing) _place?.Wake();
        if (!_turn.IsHeldByCurrentThread) Announce();
    }

    private void Announce() => _announcer.Publish(status => StatusChanged?.Invoke(this, status), _log);

    private void Change(VmStatus status)
    {
        Volatile.Write(ref _status, status);
        _announcer.Add(status);
    }

    private VmStateException Refuse(string asked, string instead) => new(Blueprint.Name, asked, _status, instead);

}
