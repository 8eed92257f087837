// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv board</c>: the board and what is on it.</summary>
internal static class BoardCommand
{
    private const int Columns = 80; // `board show` tells of one peripheral what has no room here

    public static Command Create() => new EhvSubcommand("board", "This board and its peripherals")
    {
        new EhvSubcommand("ls", "Lists its peripherals and who uses them").Does(ListAsync),
        Show(),
        new EhvSubcommand("watch", "Draws its header with the pins live; Ctrl-C ends")
            .WithExamples("ehv board watch", "ehv board watch --format json")
            .Does(BoardWatch.RunAsync),
        BoardTop.Create(),
        Set(),
        BoardScanCommand.Create(),
    };

    private static Command Show()
    {
        var role = new Argument<string?>("ROLE") { Description = "Only this peripheral", Arity = ArgumentArity.ZeroOrOne };
        return new EhvSubcommand("show", "The board's header, or all about one peripheral") { role }
            .WithExamples("ehv board show", "ehv board show bme280")
            .Does((context, cancellation) => context.Arguments.GetValue(role) is { } name
                ? ShowPeripheralAsync(context, name, cancellation)
                : ShowHeaderAsync(context, cancellation));
    }

    private static Command Set()
    {
        var role = Suggest.Role();
        var change = new Argument<string[]>("NAME=VALUE") { Description = "What to change outside of it", Arity = ArgumentArity.OneOrMore };
        return new EhvSubcommand("set", "Changes the world outside of a simulated peripheral") { role, change }
            .WithExamples("ehv board set button1 level=1", "ehv board set bme280 temperature=31.5")
            .Does((context, cancellation) => SetAsync(context, context.Get(role), context.Get(change), cancellation));
    }

    private static async Task SetAsync(CommandContext context, string role, string[] changes, CancellationToken cancellation)
    {
        var body = new Dictionary<string, string>();
        foreach (var change in changes)
        {
            if (change.Split('=', 2) is not [var name, var value])
                throw new UserErrorException($"'{change}' is not NAME=VALUE", $"for example: ehv board set {role} level=1", ExitCode.Usage);
            body[name] = value;
        }
        var after = await context.Service.SendAsync(
            HttpMethod.Patch, PathOf(role), body, ControlJson.Default.DictionaryStringString, ControlJson.Default.PeripheralInfo, cancellation);
        context.Write(after, ControlJson.Default.PeripheralInfo, p => context.Output.WriteLine($"{p.Role}: {Observed(p)}"));
    }

    private static async Task ListAsync(CommandContext context, CancellationToken cancellation)
    {
        var board = await context.Service.GetAsync("v1/board", ControlJson.Default.BoardInfo, cancellation);
        context.Write(board, ControlJson.Default.BoardInfo, b =>
        {
            var table = new TextTable("ROLE", "DRIVER", "PIN", "NOW", "USERS");
            foreach (var p in b.Peripherals)
                table.Row(p.Role, p.Driver, string.Join(" ", p.Pins), p.Problem ?? Observed(p), string.Join(' ', p.Users.Select(u => $"{u.Vm}:{u.Port}")));
            table.Fit(Columns, "NOW").Fit(Columns, "USERS").WriteTo(context.Output);
        });
    }

    private static async Task ShowHeaderAsync(CommandContext context, CancellationToken cancellation)
    {
        var board = await context.Service.GetAsync("v1/board", ControlJson.Default.BoardInfo, cancellation);
        context.Write(board, ControlJson.Default.BoardInfo, b => context.Output.WriteLine(HeaderDrawing.Draw(b)));
    }

    private static async Task ShowPeripheralAsync(CommandContext context, string role, CancellationToken cancellation)
    {
        var peripheral = await context.Service.GetAsync(PathOf(role), ControlJson.Default.PeripheralInfo, cancellation);
        context.Write(peripheral, ControlJson.Default.PeripheralInfo, p =>
        {
            context.Output.WriteLine($"role    {p.Role}");
            context.Output.WriteLine($"driver  {p.Driver}");
            if (p.Pins.Count > 0) context.Output.WriteLine($"pins    {string.Join(" ", p.Pins)}");
            if (p.Problem is not null) context.Output.WriteLine($"problem {Printable.Text(p.Problem)}");
            foreach (var (name, value) in p.Options) context.Output.WriteLine($"        {name}: {Printable.Text(value)}");
            foreach (var (name, value) in p.Observed) context.Output.WriteLine($"now     {name} = {Printable.Text(value)}");
            foreach (var user in p.Users) context.Output.WriteLine($"used    by {user.Vm} as {user.Port}, {user.Access}");
        });
    }

    private static string PathOf(string role) => $"v1/board/peripherals/{Uri.EscapeDataString(role)}";

    private static string Observed(PeripheralInfo p) => string.Join(' ', p.Observed.Select(o => $"{o.Key}={o.Value}"));
}
