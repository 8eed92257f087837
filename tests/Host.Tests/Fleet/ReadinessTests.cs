// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeHypervisor.Host.Tests.Fleet;

/// <summary>When a board says that it is there.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task A_board_is_ready_when_it_hears_commands_and_says_nothing_before()
    {
        using var rig = new ServiceRig();
        using var trust = BoardTrust.Open(rig.Data.Keys, "bench", null, TimeProvider.System, _ => { });
        var subscribable = new TaskCompletionSource();
        var connection = new FakeConnection { Subscribable = subscribable.Task };
        await using var fleet = new FleetService(connection, trust, rig.Board, rig.Options, rig.Machines, rig.Table, rig.Events, TimeProvider.System, NullLogger<FleetService>.Instance);

        var joining = fleet.RunAsync(rig.Commands(connection, NullLogger<FleetCommands>.Instance));
        connection.Connect();
        Assert.Equal("connecting", fleet.Status);
        Assert.False(connection.Published.TryRead(out _));

        subscribable.SetResult();
        await joining;
        Assert.Equal("connected", fleet.Status);
        var said = new List<string>();
        while (connection.Published.TryRead(out var message)) said.Add($"{message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)}");
        Assert.Contains($"{FleetTopics.State("bench")} ready", said);
    }
}
