// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv fleet</c>: the other boards.</summary>
internal static class FleetCommand
{
    public static Command Create() => new EhvSubcommand("fleet", "The other boards that this one hears of")
    {
        new EhvSubcommand("ls", "Lists them").Does(ListAsync),
    };

    private static async Task ListAsync(CommandContext context, CancellationToken cancellation)
    {
        var boards = await context.Service.GetAsync("v1/fleet/boards", ControlJson.Default.IReadOnlyListFleetBoard, cancellation);
        context.Write(boards, ControlJson.Default.IReadOnlyListFleetBoard, all =>
        {
            var table = new TextTable("BOARD", "STATE", "ARCH", "VMS", "ROLES");
            foreach (var b in all) table.Row(b.Name, b.State, b.Architecture, string.Join(' ', b.Vms), string.Join(' ', b.Roles));
            table.WriteTo(context.Output);
        });
    }
}
