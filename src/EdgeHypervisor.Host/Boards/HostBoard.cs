// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>The board that this service runs on.</summary>
/// <param name="board">Its peripherals.</param>
/// <param name="name">Its name in the fleet.</param>
/// <param name="backends">Its disks and networks.</param>
internal sealed class HostBoard(Board board, string name, HostBackends backends)
{
    private const string Level = "level";

    public string Name { get; } = name;

    public BoardDescription Description => board.Description;

    /// <summary>Where the ports of a VM's devices lead, by its manifest.</summary>
    /// <exception cref="BindingException">A role is missing, or promised to another VM.</exception>
    public VmPorts CreatePorts(VirtualMachineDescription vm)
    {
        var consoles = new ConsolePorts(backends.Of(vm));
        return new VmPorts(board.CreatePorts(vm, consoles), () => consoles.Consoles.Values.FirstOrDefault());
    }

    /// <summary>Whether and how a VM could run here.</summary>
    public BindingPlan Plan(VirtualMachineDescription vm, MachineDescription machine, PlanPurpose purpose) => board.Plan(vm, machine, purpose);

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

    /// <summary>One peripheral as it is now; null when there is none.</summary>
    public PeripheralInfo? Find(string role) => board.Status().FirstOrDefault(status => status.Description.Role == role) is { } found ? Describe(found) : null;

    private static PeripheralInfo Describe(PeripheralStatus status) => new(
        status.Description.Role,
        status.Description.Driver,
        status.Description.Pins,
        status.Description.Options,
        status.IsSimulated,
        Observe(status),
        [.. status.Users.Select(user => new PeripheralUser(user.VirtualMachine, user.Port.ToString(), Quantity.ToKebabCase(user.Access.ToString())))],
        status.Kind is { } kind ? Quantity.ToKebabCase(kind.ToString()) : null,
        status.Problem);

    private static IReadOnlyDictionary<string, string> Observe(PeripheralStatus status)
    {
        if (status.Level is not { } level || status.Observed.ContainsKey(Level)) return status.Observed;
        return new Dictionary<string, string>(status.Observed) { [Level] = level ? "1" : "0" };
    }
}
