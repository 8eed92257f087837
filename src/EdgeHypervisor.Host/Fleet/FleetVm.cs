// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>What a board says of a VM that it owns: <c>vm/NAME</c>, retained. A hint: the journals decide who owns it.</summary>
/// <param name="State">As in the control API.</param>
/// <param name="Machine">The machine it is.</param>
/// <param name="Epoch">The ownership number.</param>
/// <param name="Reason">Why it is in this state.</param>
/// <param name="MemoryBytes">Guest memory that it takes.</param>
/// <param name="Roles">The peripherals that it wants of its board.</param>
/// <param name="Image">The digest of its firmware.</param>
internal sealed record FleetVm(
    string State, string Machine, ulong Epoch, string? Reason = null, long MemoryBytes = 0, IReadOnlyList<string>? Roles = null, string? Image = null)
{
    public static FleetVm Of(HostedVm vm)
    {
        var summary = VmReports.Summarize(vm);
        return new FleetVm(summary.State, summary.Machine, summary.Epoch, summary.Reason, vm.Definition.MemoryBytes, RolesOf(vm), vm.Record.Image);
    }

    public static IReadOnlyList<string> RolesOf(HostedVm vm) =>
        [.. vm.Definition.Vm.Map.Where(mapping => mapping.Board is null).SelectMany(mapping => mapping.Targets).Select(target => target.Role).Distinct().Order(StringComparer.Ordinal)];
}
