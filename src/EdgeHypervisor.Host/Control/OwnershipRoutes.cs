// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/ownership</c>: what the journals say, and the way out of a doubt.</summary>
internal sealed class OwnershipRoutes(MoveEndpoint endpoint, VmTable table, EventHub events)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/ownership", context => context.WriteAsync(List(), ControlJson.Default.IReadOnlyListOwnershipInfo)),
        new("POST", "/v1/ownership/{vm}", AdoptAsync),
    ];

    private async Task AdoptAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ControlJson.Default.AdoptRequest);
        var name = context.Part("vm");
        var doubt = endpoint.List().Select(Describe).FirstOrDefault(info => info.Id == name || info.Name == name || info.Id.StartsWith(name + '.', StringComparison.Ordinal)) ?? throw Problems.NotFound("vm", name, "see: ehv adopt");
        if (doubt.IsHalted)
            throw Problems.Conflict("vm-halted", "Nothing can be decided now", $"moving VM '{name}' stopped when this board's disk failed; what is durable is known at the next start", name, "see why in the log, mend it, and restart the service");
        if (!doubt.InDoubt)
            throw Problems.Conflict("vm-not-in-doubt", "There is nothing to decide", $"VM '{name}' is not in the middle of a handover here: this board is '{doubt.Kind}'", name, "see: ehv adopt");
        if (request.Force)
        {
            events.Publish("vm-adopted", name, $"by force, from {doubt.Peer}");
            endpoint.ForceAdopt(doubt.Id);
        }
        else if (doubt.Kind == "relinquished") endpoint.Reclaim(doubt.Id);
        else throw Problems.Conflict("vm-not-ours", "It cannot be asked back", $"this board received VM '{name}'; only {doubt.Peer}, which sent it, can ask for it back", name, $"do it on {doubt.Peer}, or, if that board is gone for good: ehv adopt {name} --force");
        await context.WriteAsync(List(), ControlJson.Default.IReadOnlyListOwnershipInfo, StatusCodes.Status202Accepted);
    }

    private IReadOnlyList<OwnershipInfo> List() => [.. endpoint.List().Select(Describe)];

    private OwnershipInfo Describe(VmOwnership known) => new(
        known.Vm,
        Quantity.ToKebabCase(known.Kind.ToString()),
        known.Epoch,
        Quantity.ToKebabCase(known.Phase),
        known.Kind is VmRecordKind.Prepared or VmRecordKind.Relinquished || known.Phase == VmOwnership.Halted,
        known.Peer.Length == 0 ? null : known.Peer,
        table.FindId(known.Vm)?.Name);
}
