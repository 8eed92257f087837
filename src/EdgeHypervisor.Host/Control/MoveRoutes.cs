// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/moves</c> and <c>/v1/fleet</c>.</summary>
internal sealed class MoveRoutes(MoveService moves, FleetService fleet)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/moves", context => context.WriteAsync(moves.List(), ControlJson.Default.IReadOnlyListMoveJob)),
        new("POST", "/v1/moves", StartAsync),
        new("GET", "/v1/moves/{move}", context => context.WriteAsync(moves.Get(context.Part("move")), ControlJson.Default.MoveJob)),
        new("DELETE", "/v1/moves/{move}", CancelAsync),
        new("GET", "/v1/moves/{move}/events", context => context.WriteLinesAsync(moves.WatchAsync(context.Part("move"), context.RequestAborted), ControlJson.Default.MoveJob)),
        new("GET", "/v1/fleet/boards", context => context.WriteAsync(fleet.Boards(), ControlJson.Default.IReadOnlyListFleetBoard)),
    ];

    private async Task StartAsync(HttpContext context)
    {
        var request = await context.ReadAsync(ControlJson.Default.MoveRequest);
        var job = moves.Start(request);
        context.Response.Headers.Location = $"/v1/moves/{job.Id}";
        await context.WriteAsync(job, ControlJson.Default.MoveJob, StatusCodes.Status202Accepted);
    }

    private async Task CancelAsync(HttpContext context)
    {
        moves.Cancel(context.Part("move"));
        await context.WriteAsync(moves.Get(context.Part("move")), ControlJson.Default.MoveJob);
    }
}
