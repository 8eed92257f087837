// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>Makes a plan: looks at everything, touches nothing, finds all problems at once.</summary>
internal sealed class BindingPlanner
{
    private readonly BoardDescription _board;
    private readonly IReadOnlyDictionary<string, PeripheralSlot> _slots;
    private readonly IReadOnlyList<Reservation> _reservations;
    private readonly VirtualMachineDescription _vm;
    private readonly List<BindingProblem> _problems = [];
    private readonly List<Reservation> _own = [];

    private BindingPlanner(
        BoardDescription board, IReadOnlyDictionary<string, PeripheralSlot> slots, IReadOnlyList<Reservation> reservations, VirtualMachineDescription vm)
    {
        (_board, _slots, _vm) = (board, slots, vm);
        _reservations = [.. reservations.Where(reservation => reservation.VirtualMachine != vm.Name)];
    }

    public static BindingPlan Make(
        BoardDescription board,
        IReadOnlyDictionary<string, PeripheralSlot> slots,
        IReadOnlyList<Reservation> reservations,
        VirtualMachineDescription vm,
        MachineDescription? machine,
        PlanPurpose purpose)
    {
        var planner = new BindingPlanner(board, slots, reservations, vm);
        var ports = vm.Map.Select(mapping => planner.Plan(mapping, machine, purpose)).ToList();
        if (purpose == PlanPurpose.MoveHere) planner.RefuseDisks();
        return new BindingPlan(vm.Name, board.Name, ports, planner._problems);
    }

    // The content of a disk does not travel, and a guest without its disk is lost.
    private void RefuseDisks()
    {
        foreach (var disk in _vm.Disks)
        {
            _problems.Add(new BindingProblem(
                BindingProblemKind.MoveForbidden, new PortName(disk.Device, null), "", $"'{disk.File}' is a file of the board where the VM is, and disks do not move", disk.Where));
        }
    }

    private PlannedPort Plan(PortMapping mapping, MachineDescription? machine, PlanPurpose purpose)
    {
        if (machine is not null && !machine.Devices.Any(device => device.Name == mapping.Port.Device))
            Add(BindingProblemKind.MissingDevice, mapping, "", $"machine {machine.Name} has no device '{mapping.Port.Device}'; it has {string.Join(", ", machine.Devices.Select(device => device.Name))}");
        if (purpose == PlanPurpose.MoveHere && mapping.OnMove == OnMove.Forbid)
            Add(BindingProblemKind.MoveForbidden, mapping, "", "the VM may not leave its board (onMove: forbid)");
        if (mapping.Board is { } elsewhere) return new PlannedPort(mapping, [], null, new RemotePeripheral(elsewhere, "", ""));
        var slots = mapping.Targets.Select(target => FindSlot(mapping, target.Role)).OfType<PeripheralSlot>().ToList();
        var kind = slots.Select(slot => slot.Kind).FirstOrDefault(found => found is not null);
        if (kind is { } known)
        {
            CheckKinds(mapping, slots, known);
            CheckTerms(mapping, known);
        }
        CheckAddresses(mapping);
        foreach (var slot in slots) CheckConflicts(mapping, slot);
        _own.AddRange(slots.Select(slot => new Reservation(_vm.Name, mapping, slot.Description.Role)));
        return new PlannedPort(mapping, [.. slots.Select(slot => slot.Description)], kind)
        {
            Notes = [.. slots.SelectMany(slot => PinNotes.About(_board, slot.Description))],
        };
    }

    private PeripheralSlot? FindSlot(PortMapping mapping, string role)
    {
        if (!_slots.TryGetValue(role, out var slot))
        {
            Add(BindingProblemKind.MissingRole, mapping, role, $"the board has no role '{role}'; {Spelling.Hint(role, _slots.Keys)}it has {string.Join(", ", _slots.Keys.Order(StringComparer.Ordinal))}");
            return null;
        }
        if (slot.Flaw is { } flaw) Add(BindingProblemKind.Unusable, mapping, role, flaw);
        if (slot.WhyUnavailable() is { } reason) Add(BindingProblemKind.Unavailable, mapping, role, reason);
        foreach (var problem in PinNotes.Problems(_board, slot.Description, slot.Kind)) Add(BindingProblemKind.WrongPin, mapping, role, problem);
        return slot;
    }

    private void CheckKinds(PortMapping mapping, List<PeripheralSlot> slots, PeripheralKind kind)
    {
        foreach (var other in slots.Where(slot => slot.Kind is not null && slot.Kind != kind))
            Add(BindingProblemKind.WrongKind, mapping, other.Description.Role, $"roles '{slots[0].Description.Role}' and '{other.Description.Role}' are of different kinds ({Name(kind)}, {Name(other.Kind!.Value)})");
        if (mapping.Targets.Count > 1 && kind != PeripheralKind.I2c)
            Add(BindingProblemKind.WrongKind, mapping, "", $"names {mapping.Targets.Count} roles; only an I2C bus can lead to several");
        var isSingle = kind is PeripheralKind.I2c or PeripheralKind.Serial;
        if (isSingle && mapping.Port.Index is not null)
            Add(BindingProblemKind.WrongKind, mapping, mapping.Targets[0].Role, $"'{mapping.Targets[0].Role}' is {Name(kind)}, so the port has no number: write '{mapping.Port.Device}'");
        if (!isSingle && mapping.Port.Index is null)
            Add(BindingProblemKind.WrongKind, mapping, mapping.Targets[0].Role, $"'{mapping.Targets[0].Role}' is {Name(kind)}, so the port needs a number: '{mapping.Port.Device}/0'");
    }

    private void CheckTerms(PortMapping mapping, PeripheralKind kind)
    {
        var role = mapping.Targets[0].Role;
        var policies = AccessRules.For(kind);
        if (!policies.Contains(mapping.Access))
            Add(BindingProblemKind.WrongTerms, mapping, role, $"access '{Kebab(mapping.Access)}' makes no sense for {Name(kind)}; allowed are {string.Join(", ", policies.Select(Kebab))}");
        if (mapping.Budget is not null && kind is PeripheralKind.Pwm or PeripheralKind.Serial)
            Add(BindingProblemKind.WrongTerms, mapping, role, $"a budget makes no sense for {Name(kind)}");
        if (kind != PeripheralKind.I2c && mapping.Targets.Any(target => target.Address is not null))
            Add(BindingProblemKind.WrongTerms, mapping, role, $"an address makes no sense for {Name(kind)}");
    }

    // The address that a target has of itself may be known only when it is opened; most boards say it.
    private void CheckAddresses(PortMapping mapping)
    {
        var addresses = mapping.Targets.Select(target => (target.Role, Address: target.Address ?? AddressOf(target.Role))).Where(target => target.Address is not null);
        foreach (var clash in addresses.GroupBy(target => target.Address).Where(group => group.Count() > 1))
        {
            var roles = string.Join("' and '", clash.Select(target => target.Role));
            Add(BindingProblemKind.AddressClash, mapping, clash.First().Role, string.Create(CultureInfo.InvariantCulture, $"'{roles}' are both at address 0x{clash.Key:x2}; give one another address for the guest: {{ role: {clash.Last().Role}, address: … }}"));
        }
    }

    private int? AddressOf(string role) =>
        _slots.TryGetValue(role, out var slot) && slot.Kind == PeripheralKind.I2c
        && slot.Description.Options.TryGetValue("address", out var text) && Quantity.TryParseInteger(text, out var address) ? (int)address : null;

    private void CheckConflicts(PortMapping mapping, PeripheralSlot slot)
    {
        var role = slot.Description.Role;
        foreach (var other in _reservations.Concat(_own))
        {
            if (other.Role == role)
            {
                if (AccessRules.Conflict(mapping.Access, other.Mapping.Access) is { } conflict)
                    Add(BindingProblemKind.Conflict, mapping, role, $"'{role}': {Who(other)} {conflict}");
            }
            else if (_slots.TryGetValue(other.Role, out var neighbour) && SharedPin(slot, neighbour) is { } pin)
            {
                Add(BindingProblemKind.Conflict, mapping, role, $"'{role}' is on pin {pin}, which {Who(other)} has as '{other.Role}'");
            }
        }
    }

    // Targets of one bus sit on the same pins and are made for it.
    private static int? SharedPin(PeripheralSlot one, PeripheralSlot other)
    {
        if (one.ContentionKey is not null && one.ContentionKey == other.ContentionKey) return null;
        foreach (var pin in one.Description.Pins)
        {
            if (other.Description.Pins.Contains(pin)) return pin;
        }
        return null;
    }

    private string Who(Reservation other) =>
        other.VirtualMachine == _vm.Name ? $"port {other.Mapping.Port} of this VM" : $"VM {other.VirtualMachine} (port {other.Mapping.Port})";

    private static string Name(PeripheralKind kind) => kind switch
    {
        PeripheralKind.Gpio => "a digital line",
        PeripheralKind.I2c => "an I2C target",
        PeripheralKind.Spi => "an SPI device",
        PeripheralKind.Pwm => "a PWM channel",
        PeripheralKind.Serial => "a serial port",
        PeripheralKind.Adc => "an analogue input",
        _ => "a light",
    };

    private static string Kebab(AccessPolicy policy) => Quantity.ToKebabCase(policy.ToString());

    private void Add(BindingProblemKind kind, PortMapping mapping, string role, string message) =>
        _problems.Add(new BindingProblem(kind, mapping.Port, role, message, mapping.Where));
}
