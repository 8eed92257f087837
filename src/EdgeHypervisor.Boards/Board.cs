// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>
/// A board at work: owns every peripheral of its description, opens each through its driver when it is first needed, and
/// shares them among VMs. Thread-safe.
/// </summary>
/// <remarks>A peripheral that cannot be used is a problem of those who ask for it, never of the board or of others.</remarks>
public sealed class Board : IDisposable
{
    private readonly BoardDriverContext _context;
    private readonly Dictionary<string, PeripheralSlot> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IBoardDriver?> _drivers = new(StringComparer.Ordinal);
    private readonly List<IPluginLease<IDriverPlugin>> _leases = [];
    private readonly Dictionary<string, BusLane> _lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<BoardPorts, IReadOnlyList<Reservation>> _reservations = [];
    private readonly Action<string> _report;
    private readonly BoardMetrics _metrics;
    private readonly Lock _lock = new();
    private bool _isDisposed;

    /// <summary>Finds the drivers and lets them check the options; nothing is opened yet.</summary>
    /// <param name="description">What the board has.</param>
    /// <param name="drivers">Where its drivers come from.</param>
    /// <param name="time">Host time.</param>
    /// <param name="report">Gets what is worth a line in the log, from any thread.</param>
    /// <param name="files">Where lines that are driven outlive the service; null where nothing does.</param>
    public Board(BoardDescription description, IDriverCatalog drivers, TimeProvider time, Action<string> report, IFileKeeper? files = null)
    {
        (Description, Time, _report) = (description, time, report);
        _context = new BoardDriverContext(description.Name, time, report, files);
        Custody = new Custody(time);
        foreach (var peripheral in description.Peripherals)
        {
            var driver = FindDriver(peripheral, drivers, out var problem);
            _slots.Add(peripheral.Role, new PeripheralSlot(peripheral, driver, problem, MakeArbiter));
        }
        _metrics = new BoardMetrics(description.Name, _slots.Values);
    }

    /// <summary>What its file says.</summary>
    public BoardDescription Description { get; }

    internal TimeProvider Time { get; }

    /// <summary>For what a guest can cause: said once, however often it happens.</summary>
    internal Action<string> Report => _context.Report;

    internal EpochFence Fence { get; } = new();

    internal Custody Custody { get; }

    /// <summary>Finds out whether and how a VM could run here, everything that is in the way at once. Touches nothing.</summary>
    /// <param name="vm">Its manifest. What a VM of the same name has here already is not in its own way.</param>
    /// <param name="machine">Its machine, to tell ports of devices that do not exist.</param>
    /// <param name="purpose">Whether it starts here or comes from another board.</param>
    public BindingPlan Plan(VirtualMachineDescription vm, MachineDescription? machine = null, PlanPurpose purpose = PlanPurpose.Start)
    {
        lock (_lock) return MakePlan(vm, machine, purpose);
    }

    /// <summary>What is wrong in its file, as far as that can be told from here: options that do not fit, and what this host does not have or somebody else uses. Opens nothing.</summary>
    public IReadOnlyList<string> Check() =>
    [
        .. _slots.Values.SelectMany(slot => PinNotes.Problems(Description, slot.Description, slot.Kind)
            .Concat(new[] { slot.Flaw ?? (slot.WhyUnavailable() is { } why ? $"{slot.Description.Where}: {why}" : null) }.OfType<string>())),
    ];

    /// <summary>
    /// Promises a VM the roles of its manifest and makes its ports. Nothing is driven before they are opened. The roles are
    /// free again when the ports are disposed. Mappings to other boards are left to <paramref name="unmapped"/>.
    /// </summary>
    /// <param name="vm">Its manifest.</param>
    /// <param name="unmapped">Where its other ports lead; disposed with the ports.</param>
    /// <param name="id">What tells it from another VM that has or had its name: epochs are counted for each; null: its name.</param>
    /// <exception cref="BindingException">Something is in the way; holds the plan.</exception>
    public IMappedPorts CreatePorts(VirtualMachineDescription vm, IPortProvider unmapped, string? id = null)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var plan = MakePlan(vm, null, PlanPurpose.Start);
            if (!plan.CanRun) throw new BindingException(plan);
            var ports = new BoardPorts(this, vm, id ?? vm.Name, unmapped);
            _reservations.Add(ports, [.. vm.Map.Where(mapping => mapping.Board is null).SelectMany(mapping => mapping.Targets.Select(target => new Reservation(vm.Name, mapping, target.Role)))]);
            return ports;
        }
    }

    /// <summary>Opens every peripheral that is not open yet, so that they can be looked at; what cannot be opened is reported.</summary>
    public void OpenAll()
    {
        foreach (var slot in _slots.Values)
        {
            try
            {
                if (slot.Kind == PeripheralKind.Led) slot.OpenPeripheral(); // what it is shared as, its first user decides
                else slot.Open();
            }
            catch (BindingException problem)
            {
                _report(problem.Message);
            }
        }
    }

    /// <summary>All peripherals as they are now, in the order of the file.</summary>
    public IReadOnlyList<PeripheralStatus> Status()
    {
        ILookup<string, Reservation> reservations;
        lock (_lock) reservations = _reservations.Values.SelectMany(list => list).ToLookup(reservation => reservation.Role, StringComparer.Ordinal);
        return [.. _slots.Values.Select(slot => StatusOf(slot, reservations[slot.Description.Role]))];
    }

    /// <summary>The simulated outside of a role, opened when it is not open yet.</summary>
    /// <exception cref="BindingException">There is no such role, it cannot be opened, or it is real.</exception>
    public ISimulated Simulated(string role)
    {
        var slot = Slot(role);
        return slot.OpenPeripheral() as ISimulated ?? throw new BindingException($"role '{role}' is real ({slot.Description.Driver}): its outside cannot be changed from here");
    }

    /// <summary>Closes everything. The VMs' ports must be gone, or at least closed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }
        _metrics.Dispose();
        Custody.Dispose();
        foreach (var lane in _lanes.Values) lane.Dispose();
        foreach (var slot in _slots.Values) slot.Close();
        foreach (var driver in _drivers.Values) driver?.Dispose();
        _context.Dispose();
        foreach (var lease in _leases) lease.Dispose();
    }

    internal PeripheralSlot Slot(string role) => _slots.TryGetValue(role, out var slot)
        ? slot
        : throw new BindingException($"board {Description.Name} has no role '{role}'; {Spelling.Hint(role, _slots.Keys)}it has {string.Join(", ", _slots.Keys.Order(StringComparer.Ordinal))}");

    internal void Return(BoardPorts ports, string id)
    {
        Fence.Leave(id, ports);
        lock (_lock) _reservations.Remove(ports);
    }

    private static PeripheralStatus StatusOf(PeripheralSlot slot, IEnumerable<Reservation> users)
    {
        var look = slot.Arbiter is GpioArbiter gpio ? gpio.Look() : default((bool Level, GpioDirection Direction)?);
        var simulated = slot.Peripheral as ISimulated;
        return new PeripheralStatus(
            slot.Description,
            slot.Kind,
            slot.Peripheral is not null,
            slot.Problem,
            [.. users.Select(user => new PeripheralUse(user.VirtualMachine, user.Mapping.Port, user.Mapping.Access))],
            slot.Counters.Read(),
            look?.Level,
            look?.Direction,
            simulated is not null,
            simulated?.Observe() ?? new Dictionary<string, string>());
    }

    private BindingPlan MakePlan(VirtualMachineDescription vm, MachineDescription? machine, PlanPurpose purpose) =>
        BindingPlanner.Make(Description, _slots, [.. _reservations.Values.SelectMany(list => list)], vm, machine, purpose);

    private IBoardDriver? FindDriver(PeripheralDescription peripheral, IDriverCatalog drivers, out string? problem)
    {
        problem = null;
        if (!_drivers.TryGetValue(peripheral.Driver, out var driver))
        {
            var lease = drivers.FindDriver(peripheral.PluginId);
            if (lease is not null) _leases.Add(lease);
            _drivers.Add(peripheral.Driver, driver = Create(peripheral, lease));
        }
        if (driver is null) problem = $"{peripheral.Where}: peripherals.{peripheral.Role}.driver: no plugin '{peripheral.PluginId}' is there, or it failed";
        return driver;
    }

    // A plugin that fails takes its own peripherals with it, never the board.
    private IBoardDriver? Create(PeripheralDescription peripheral, IPluginLease<IDriverPlugin>? lease)
    {
        try
        {
            return lease?.Plugin.Create(_context);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _report($"plugin {peripheral.PluginId} failed: {fault}");
            return null;
        }
    }

    private IArbiter MakeArbiter(PeripheralSlot slot, IPeripheral peripheral, bool asPwm) => peripheral switch
    {
        IGpioLine line => new GpioArbiter(line, slot.Counters, Time, Report),
        ILed led when asPwm => new PwmArbiter(new LedPwm(led), slot.Counters, Time, Report),
        ILed led => new GpioArbiter(new LedLine(led), slot.Counters, Time, Report),
        IPwmChannel channel => new PwmArbiter(channel, slot.Counters, Time, Report),
        ISerialPort port => new SerialArbiter(port, $"serial {slot.Description.Role}", slot.Counters, Time, Report),
        II2cTarget target => new BusArbiter<II2cTarget>(Share(slot, target), (mapping, owner, share) => new I2cBinding(mapping, owner, Time, new Dictionary<ushort, BusShare<II2cTarget>> { [share.Peripheral.Address] = share })),
        ISpiDevice device => new BusArbiter<ISpiDevice>(Share(slot, device), (mapping, owner, share) => new SpiBinding(mapping, owner, Time, share)),
        IAdcChannel channel => new BusArbiter<IAdcChannel>(Share(slot, channel), (mapping, owner, share) => new AdcBinding(mapping, owner, Time, share)),
        _ => throw new PeripheralException($"{slot.Description.Role}: driver '{slot.Description.Driver}' opened something that is no peripheral of this SDK"),
    };

    private BusShare<TPeripheral> Share<TPeripheral>(PeripheralSlot slot, TPeripheral peripheral)
        where TPeripheral : IPeripheral =>
        new(peripheral, Lane(slot.ContentionKey ?? slot.Description.Role), slot.Counters, Time, Report);

    private BusLane Lane(string key)
    {
        lock (_lanes)
        {
            if (!_lanes.TryGetValue(key, out var lane)) _lanes.Add(key, lane = new BusLane($"bus {key}", Time));
            return lane;
        }
    }
}
