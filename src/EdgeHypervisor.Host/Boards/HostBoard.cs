// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Lending;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>The board that this service runs on.</summary>
/// <param name="board">Its peripherals.</param>
/// <param name="name">Its name in the fleet.</param>
/// <param name="backends">Its disks and networks.</param>
internal sealed class HostBoard(Board board, string name, HostBackends backends)
{
    private const string Level = "level";
    private LendingEndpoint? _lending;

    public string Name { get; } = name;

    public BoardDescription Description => board.Description;

    /// <summary>What reaches the peripherals of other boards; comes after the board that it lends from.</summary>
    public void Use(LendingEndpoint lending) => _lending = lending;

    /// <summary>Where the ports of a VM's devices lead, by its manifest.</summary>
    /// <param name="vm">The manifest.</param>
    /// <param name="id">What tells the VM from another one of its name.</param>
    /// <exception cref="BindingException">A role is missing, or promised to another VM.</exception>
    public VmPorts CreatePorts(VirtualMachineDescription vm, string id)
    {
        var consoles = new ConsolePorts(backends.Of(vm));
        var seenFromHere = SeenFromHere(vm);
        var others = _lending!.CreatePorts(seenFromHere, consoles, id);
        try
        {
            var own = board.CreatePorts(seenFromHere, others, id);
            return new VmPorts(own, () => consoles.Consoles.FirstOrDefault(), () => [.. own.Unused, .. others.Unused]);
        }
        catch
        {
            others.Dispose();
            throw;
        }
    }

    /// <summary>Whether and how a VM could run here; boards whose peripherals it borrows are asked.</summary>
    public async Task<BindingPlan> PlanAsync(VirtualMachineDescription vm, MachineDescription machine, PlanPurpose purpose, CancellationToken cancellation)
    {
        var seenFromHere = SeenFromHere(vm);
        var plan = board.Plan(seenFromHere, machine, purpose);
        if (purpose == PlanPurpose.MoveHere) plan = plan with { Problems = [.. plan.Problems, .. vm.Map.Where(StaysBehind).Select(NotSaidWhere)] };
        if (seenFromHere.Map.All(mapping => mapping.Board is null)) return plan;
        var others = await _lending!.PlanAsync(seenFromHere, cancellation);
        return plan with
        {
            Ports = [.. plan.Ports.Select(port => others.Ports.FirstOrDefault(other => other.Mapping.Port == port.Mapping.Port) ?? port)],
            Problems = [.. plan.Problems, .. others.Problems],
        };
    }

    /// <summary>How what a port leads to is reached, for people.</summary>
    public string LinkOf(string vm, PortMapping mapping)
    {
        if (mapping.Board is null || mapping.Board == Name) return "here";
        if (_lending!.Loans.FirstOrDefault(loan => loan.VirtualMachine == vm && loan.Lender == mapping.Board) is not { } loan) return "idle";
        return string.Join(", ", ((string?[])[Quantity.ToKebabCase(loan.State.ToString()), loan.Latency?.ToString(), loan.Reason]).Where(part => !string.IsNullOrEmpty(part)));
    }

    /// <summary>A manifest as it travels: what stays behind says on which board.</summary>
    public string ToTravel(VmDefinition definition)
    {
        if (!definition.Vm.Map.Any(StaysBehind)) return definition.ManifestText;
        return (definition.Vm with { Map = [.. definition.Vm.Map.Select(mapping => StaysBehind(mapping) ? mapping.On(Name) : mapping)] }).ToYaml();
    }

    /// <summary>Opens everything, so that it can be looked at.</summary>
    public void OpenAll() => board.OpenAll();

    /// <summary>Changes the outside of a simulated peripheral.</summary>
    public void Change(string role, string name, string value) => board.Simulated(role).Change(name, value);

    /// <summary>Everything as it is now.</summary>
    public BoardInfo Describe(MachineLibrary machines) => new(
        Name,
        Description.Model.Length > 0 ? Description.Model : Description.Name,
        [.. board.Status().Select(Describe)],
        machines.List(),
        Description.Header?.Columns ?? 0,
        RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Description.Header is { } header ? [.. header.Pins.Select(pin => new HeaderPin(pin.Number, pin.Name, pin.Line is not null))] : null);

    /// <summary>What has happened at each peripheral, in the order of the board's file.</summary>
    public IReadOnlyList<PeripheralActivity> Activity() => [.. board.Status().Select(Count)];

    /// <summary>One peripheral as it is now; null when there is none.</summary>
    public PeripheralInfo? Find(string role) => board.Status().FirstOrDefault(status => status.Description.Role == role) is { } found ? Describe(found) : null;

    private static bool StaysBehind(PortMapping mapping) => mapping is { OnMove: OnMove.StayBehind, Board: null };

    private static BindingProblem NotSaidWhere(PortMapping mapping) => new(
        BindingProblemKind.MoveForbidden, mapping.Port, mapping.Targets[0].Role, "its peripheral stays behind (onMove: stay-behind), and the manifest does not say on which board", mapping.Where);

    // What this board has is not borrowed, whoever says that it is this board's: a VM that comes home has its own again.
    private VirtualMachineDescription SeenFromHere(VirtualMachineDescription vm) =>
        vm.Map.Any(mapping => mapping.Board == Name)
            ? vm with { Map = [.. vm.Map.Select(mapping => mapping.Board == Name ? mapping.On(null) : mapping)] }
            : vm;

    private static PeripheralInfo Describe(PeripheralStatus status) => new(
        status.Description.Role,
        status.Description.Driver,
        status.Description.Pins,
        status.Description.Options,
        status.IsSimulated,
        Observe(status),
        Users(status),
        Kind(status),
        status.Problem);

    private static PeripheralActivity Count(PeripheralStatus status) => new(
        status.Description.Role,
        status.Counts.Changes,
        status.Counts.Edges,
        status.Counts.LostEdges,
        status.Counts.Transactions,
        status.Counts.Bytes,
        status.Counts.Errors,
        status.Counts.Refusals,
        status.Counts.Wait.TotalSeconds,
        Users(status),
        Kind(status));

    private static IReadOnlyList<PeripheralUser> Users(PeripheralStatus status) =>
        [.. status.Users.Select(user => new PeripheralUser(user.VirtualMachine, user.Port.ToString(), Quantity.ToKebabCase(user.Access.ToString())))];

    private static string? Kind(PeripheralStatus status) => status.Kind is { } kind ? Quantity.ToKebabCase(kind.ToString()) : null;

    private static IReadOnlyDictionary<string, string> Observe(PeripheralStatus status)
    {
        if (status.Level is not { } level || status.Observed.ContainsKey(Level)) return status.Observed;
        return new Dictionary<string, string>(status.Observed) { [Level] = level ? "1" : "0" };
    }
}
