// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>VMs as the control API tells of them.</summary>
internal static class VmReports
{
    public static VmSummary Summarize(HostedVm vm)
    {
        var machine = vm.Machine;
        var status = machine?.Status;
        var statistics = machine?.Statistics;
        return new VmSummary(
            vm.Name,
            State(vm, status),
            vm.Definition.Vm.Machine,
            vm.Definition.MemoryBytes,
            vm.Epoch,
            GuestTimeNs(machine),
            statistics?.Instructions ?? 0,
            vm.Folder.SavedAt,
            vm.Problem ?? Reason(status),
            status?.ExitCode);
    }

    /// <param name="vm">The VM.</param>
    /// <param name="board">Knows how the boards are reached that it borrows from.</param>
    public static VmDetails Detail(HostedVm vm, HostBoard board) => new(
        Summarize(vm),
        vm.Record.Image,
        Cores(vm),
        [.. vm.Definition.Machine.Machine.Devices.Select(device => new DeviceInfo(device.Name, Plugin(vm, device.Name) ?? device.Plugin, device.At is { } at ? $"0x{at:x8}" : null))],
        [.. vm.Definition.Vm.Map.Select(mapping => Mapping(mapping, board.LinkOf(vm.Name, mapping)))],
        vm.Definition.ManifestText,
        vm.Console?.Device);

    private static string State(HostedVm vm, VmStatus? status) => (vm.IsMoving, vm.Problem, status?.State) switch
    {
        (true, _, _) => "moving",
        (_, not null, _) => "faulted",
        (_, _, null or VmState.Created or VmState.Stopped or VmState.Deleted) => "stopped",
        (_, _, VmState.Pausing) => "running",
        (_, _, { } state) => Quantity.ToKebabCase(state.ToString()),
    };

    private static string? Reason(VmStatus? status) =>
        status is null or { Cause: VmCause.Owner } ? null : status.ToString();

    private static long GuestTimeNs(VirtualMachine? machine) => machine is null or { State: VmState.Deleted } ? 0 : machine.GuestTimeNs;

    private static string? Plugin(HostedVm vm, string component) =>
        vm.Machine?.Components.FirstOrDefault(info => info.Name == component) is { } found ? $"{found.PluginId} {found.PluginVersion}" : null;

    private static MappingInfo Mapping(PortMapping mapping, string link) => new(
        mapping.Port.ToString(),
        [.. mapping.Targets.Select(target => target.Name)],
        Quantity.ToKebabCase(mapping.Access.ToString()),
        Quantity.ToKebabCase(mapping.OnMove.ToString()),
        link);

    private static IReadOnlyList<CoreInfo> Cores(HostedVm vm)
    {
        var core = vm.Definition.Machine.Machine.Core;
        var statistics = vm.Machine?.Statistics ?? default;
        return
        [
            .. Enumerable.Range(0, core.Count).Select(i => new CoreInfo(
                $"cpu{i}", Plugin(vm, $"cpu{i}") ?? core.Plugin, statistics.Instructions, Translation: Translation(statistics.Translation))),
        ];
    }

    private static TranslationInfo? Translation(TranslationFigures of) => of.RegionsMade == 0
        ? null
        : new TranslationInfo(of.Regions, of.Instructions, of.RegionsMade, of.BytesMade, (long)of.Time.TotalMilliseconds);
}
