// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Host;

/// <summary>Says what would happen, and touches nothing.</summary>
internal sealed class PlanService(HostBoard board, VmService service, PluginRepository plugins, FleetService fleet)
{
    private const string Ok = "ok", Refused = "refused";
    private const int MostBoards = 100;

    /// <summary>A new VM on this board.</summary>
    public Task<VmPlan> PlanHereAsync(VmCreateRequest request, CancellationToken cancellation)
    {
        // A plan needs no firmware: any digest stands for it.
        var definition = service.Define(request with { Image = request.Image ?? "" });
        return PlanAsync(definition, PlanPurpose.Start, cancellation);
    }

    /// <summary>A move of a VM to another board, as that board sees it.</summary>
    public Task<VmPlan> PlanMoveAsync(HostedVm vm, string destination, CancellationToken cancellation) =>
        fleet.AskPlanAsync(destination, new PlanQuestion(board.ToTravel(vm.Definition), vm.Definition.Machine.Text), cancellation);

    /// <summary>A new VM, started here and then moved to another board, as that board sees it.</summary>
    public Task<VmPlan> PlanElsewhereAsync(VmCreateRequest request, string destination, CancellationToken cancellation)
    {
        var definition = service.Define(request with { Image = request.Image ?? "" });
        return fleet.AskPlanAsync(destination, new PlanQuestion(board.ToTravel(definition), definition.Machine.Text), cancellation);
    }

    /// <summary>Whether a VM could go to each board that is known, and why not: an item for each.</summary>
    public async Task<IReadOnlyList<VmPlanItem>> PlanMovesAsync(VmDefinition definition, CancellationToken cancellation)
    {
        var question = new PlanQuestion(board.ToTravel(definition), definition.Machine.Text);
        var others = fleet.Boards().Where(other => other.Name != board.Name).Take(MostBoards);
        return await Task.WhenAll(others.Select(other => AskAsync(other.Name, question, cancellation)));
    }

    /// <summary>The same for a VM that is not made yet.</summary>
    public Task<IReadOnlyList<VmPlanItem>> PlanMovesAsync(VmCreateRequest request, CancellationToken cancellation) =>
        PlanMovesAsync(service.Define(request with { Image = request.Image ?? "" }), cancellation);

    /// <summary>A VM of another board that would come here.</summary>
    public Task<VmPlan> PlanArrivalAsync(PlanQuestion question, CancellationToken cancellation)
    {
        var vm = DescriptionReader.ParseVirtualMachine(question.Manifest, "offered manifest");
        return PlanAsync(new VmDefinition(vm, question.Manifest, MachineSource.Parse(question.Machine, "offered machine"), ""), PlanPurpose.MoveHere, cancellation);
    }

    private async Task<VmPlanItem> AskAsync(string other, PlanQuestion question, CancellationToken cancellation)
    {
        if (fleet.WhyUnreachable(other) is { } unreachable) return new VmPlanItem($"board {other}", Refused, unreachable);
        try
        {
            var plan = await fleet.AskPlanAsync(other, question, cancellation);
            var reasons = plan.Items.Where(item => item.Verdict != Ok).Select(item => $"{item.Subject}: {item.Detail}");
            return plan.Possible ? new VmPlanItem($"board {other}", Ok, "could move there") : new VmPlanItem($"board {other}", Refused, string.Join("; ", reasons));
        }
        catch (ProblemException problem)
        {
            return new VmPlanItem($"board {other}", Refused, problem.Message);
        }
    }

    private async Task<VmPlan> PlanAsync(VmDefinition definition, PlanPurpose purpose, CancellationToken cancellation)
    {
        var items = new List<VmPlanItem> { Memory(definition) };
        items.AddRange(Plugins(definition.Machine.Machine));
        var binding = await board.PlanAsync(definition.Vm, definition.Machine.Machine, purpose, cancellation);
        items.AddRange(binding.Ports.Select(port => Port(port, binding)));
        items.AddRange(binding.Ports.Where(port => port.Remote is { Latency.Length: > 0 }).Select(port => new VmPlanItem($"{port.Mapping.Port} latency", Ok, port.Remote!.Latency)));
        items.AddRange(binding.Problems.Where(problem => binding.Ports.All(port => port.Mapping.Port != problem.Port)).Select(problem => new VmPlanItem(problem.Port.ToString(), Refused, problem.Message)));
        return new VmPlan(items.All(item => item.Verdict == Ok), items);
    }

    private VmPlanItem Memory(VmDefinition definition)
    {
        try
        {
            service.RequireMemory(definition);
            return new VmPlanItem("memory", Ok, Quantity.FormatBytes(definition.MemoryBytes));
        }
        catch (ProblemException e)
        {
            return new VmPlanItem("memory", Refused, e.Message);
        }
    }

    private IEnumerable<VmPlanItem> Plugins(MachineDescription machine) =>
        machine.Devices.Select(device => device.Plugin).Prepend(machine.Core.Plugin).Distinct()
            .Select(id => plugins.Provides(id) ? new VmPlanItem(id, Ok, "installed") : new VmPlanItem(id, Refused, "no plugin provides it"));

    private static VmPlanItem Port(PlannedPort port, BindingPlan binding)
    {
        var name = port.Mapping.Port.ToString();
        var problems = binding.Problems.Where(problem => problem.Port == port.Mapping.Port).Select(problem => problem.Message).ToArray();
        if (problems.Length > 0) return new VmPlanItem(name, Refused, string.Join("; ", problems));
        var to = string.Join(", ", port.Peripherals.Select(peripheral => $"{peripheral.Role} ({peripheral.Driver})"));
        var notes = string.Concat(port.Notes.Select(note => $"; {note}"));
        return new VmPlanItem(name, Ok, port.Remote is { } remote ? $"to {remote.Detail} on board {remote.Board}, over the transport" : $"to {to}{notes}");
    }
}
