// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Text.Json;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/board</c>.</summary>
internal sealed class BoardRoutes(HostBoard board, MachineLibrary machines, TimeProvider time)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/board", context => context.WriteAsync(board.Describe(machines), ControlJson.Default.BoardInfo)),
        new("GET", "/v1/board/watch", context => context.WriteLinesAsync(WatchAsync(context.RequestAborted), ControlJson.Default.BoardInfo)),
        new("GET", "/v1/board/activity", context => context.WriteAsync(board.Activity(), ControlJson.Default.IReadOnlyListPeripheralActivity)),
        new("GET", "/v1/board/peripherals/{role}", context => context.WriteAsync(Get(context.Part("role")), ControlJson.Default.PeripheralInfo)),
        new("PATCH", "/v1/board/peripherals/{role}", ChangeAsync),
    ];

    private async Task ChangeAsync(HttpContext context)
    {
        var role = Get(context.Part("role")).Role;
        var changes = await context.ReadAsync(ControlJson.Default.DictionaryStringString);
        foreach (var (name, value) in changes) board.Change(role, name, value);
        await context.WriteAsync(Get(role), ControlJson.Default.PeripheralInfo);
    }

    // The board now, and again whenever something has changed.
    private async IAsyncEnumerable<BoardInfo> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        byte[] last = [];
        do
        {
            var now = board.Describe(machines);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(now, ControlJson.Default.BoardInfo);
            if (bytes.AsSpan().SequenceEqual(last)) continue;
            last = bytes;
            yield return now;
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private PeripheralInfo Get(string role) => board.Find(role) ?? throw Problems.NotFound("peripheral", role, "see: ehv board ls");
}
