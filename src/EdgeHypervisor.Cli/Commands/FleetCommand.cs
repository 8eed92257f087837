// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv fleet</c>: the boards of a broker, and what is done with all of them.</summary>
internal static class FleetCommand
{
    private static readonly Option<string?> Where = new("--where") { HelpName = "LABELS", Description = "Only boards with these labels: site=roof,tier!=spare,camera" };
    private static readonly Option<string?> Token = new("--token") { HelpName = "TOKEN", Description = "Asking again with the same token begins nothing new" };
    private static readonly Option<bool> Detach = new("--detach", "-d") { Description = "Do not wait; print the job's id" };
    private static readonly Option<string?> On = new("--on") { HelpName = "BOARD", Description = "The board that sees to it; without it the first that is ready" };

    public static Command Create()
    {
        var fleet = new EhvSubcommand("fleet", "The boards of a broker: see them, move VMs between them, update them")
        {
            new EhvSubcommand("ls", "Lists the boards; without --broker as the local service hears of them")
                .WithExamples("ehv fleet ls", "ehv fleet ls --broker broker.example")
                .Does(ListAsync),
            Move(), Evacuate(), Rebalance(), Rollout(), Jobs(), Cancel(), MakeKey(),
        };
        foreach (var option in BrokerOptions.All) fleet.Add(option);
        return fleet;
    }

    private static Command Move()
    {
        var vm = new Argument<string>("VM") { Description = "The VM's name" };
        var board = new Argument<string?>("BOARD") { Description = "Where to; without it where it suits best", Arity = ArgumentArity.ZeroOrOne };
        return new EhvSubcommand("move", "Moves a VM, wherever it is") { vm, board, Where, Token, Detach, TuningOptions.All }
            .WithExamples("ehv fleet move thermostat pocket --broker broker.example", "ehv fleet move thermostat --where site=roof")
            .Does((context, cancellation) => DoAsync(
                context,
                boards => boards.FirstOrDefault(b => b.Vms.Contains(context.Get(vm)))?.Name ?? throw new UserErrorException($"no board says that it has a VM '{context.Get(vm)}'", "see: ehv fleet ls", ExitCode.NotFound),
                "move",
                new Migration.MoveCommand(context.Get(vm), context.Arguments.GetValue(board) ?? "") { Where = Labels(context), Token = TokenOf(context), Tuning = TuningOptions.Read(context) }.ToJson(),
                cancellation));
    }

    private static Command Evacuate()
    {
        var board = new Argument<string>("BOARD") { Description = "The board to empty" };
        var parallel = new Option<int>("--parallel") { HelpName = "N", Description = "How many at once", DefaultValueFactory = _ => 2 };
        return new EhvSubcommand("evacuate", "Moves every VM away from a board") { board, Where, parallel, Token, Detach, TuningOptions.All }
            .WithExamples("ehv fleet evacuate desk --broker broker.example", "ehv fleet evacuate desk --where site=roof --parallel 4")
            .Does((context, cancellation) => DoAsync(
                context, _ => context.Get(board), "evacuate",
                new EvacuateCommand { Where = Labels(context), Parallel = context.Get(parallel), Token = TokenOf(context), Tuning = TuningOptions.Read(context) }.ToJson(), cancellation));
    }

    private static Command Rebalance()
    {
        var spread = new Option<int>("--spread") { HelpName = "PERCENT", Description = "How far apart loads may be", DefaultValueFactory = _ => 20 };
        var moves = new Option<int>("--max-moves") { HelpName = "N", Description = "The most VMs that are moved", DefaultValueFactory = _ => 20 };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be moved" };
        return new EhvSubcommand("rebalance", "Evens out the load of the boards") { On, Where, spread, moves, dryRun, Token, Detach }
            .WithExamples("ehv fleet rebalance --dry-run", "ehv fleet rebalance --where site=roof --spread 10")
            .Does((context, cancellation) => DoAsync(
                context, boards => Coordinator(context, boards), "rebalance",
                new RebalanceCommand { Where = Labels(context), SpreadPercent = context.Get(spread), MaximumMoves = context.Get(moves), DryRun = context.Get(dryRun), Token = TokenOf(context) }.ToJson(),
                cancellation));
    }

    private static Command Rollout()
    {
        var firmware = new Option<string>("--firmware") { HelpName = "FILE", Description = "The new firmware", Required = true };
        var vms = new Argument<string[]>("VM") { Description = "The VMs' names; * stands for any characters", Arity = ArgumentArity.OneOrMore };
        var group = new Option<int>("--group-size") { HelpName = "N", Description = "How many at once", DefaultValueFactory = _ => 1 };
        var failures = new Option<int>("--max-failures") { HelpName = "N", Description = "With more than this no further group is begun", DefaultValueFactory = _ => 0 };
        var settle = new Option<int>("--settle") { HelpName = "SECONDS", Description = "How long each must run well", DefaultValueFactory = _ => 5 };
        return new EhvSubcommand("rollout", "Gives VMs a new firmware, group after group; one that fails gets its old one back") { vms, firmware, On, Where, group, failures, settle, Token, Detach }
            .WithExamples("ehv fleet rollout 'thermostat*' --firmware thermostat-2.elf --group-size 5 --max-failures 1")
            .Does(async (context, cancellation) =>
            {
                var content = await File.ReadAllBytesAsync(context.Get(firmware)!, cancellation);
                await using var client = await FleetClient.OpenAsync(context, cancellation);
                var board = Coordinator(context, await client.BoardsAsync(cancellation));
                var image = await client.SendImageAsync(board, content, _ => { }, cancellation);
                var command = new RolloutCommand(image, context.Get(vms))
                {
                    Where = Labels(context),
                    GroupSize = context.Get(group),
                    MaximumFailures = context.Get(failures),
                    SettleSeconds = context.Get(settle),
                    Token = TokenOf(context),
                };
                return await DoAsync(context, client, board, "rollout", command.ToJson(), cancellation);
            });
    }

    private static Command Jobs()
    {
        var board = new Argument<string?>("BOARD") { Description = "Only this one's", Arity = ArgumentArity.ZeroOrOne };
        return new EhvSubcommand("jobs", "What the boards were asked to do, and how far it is") { board }
            .Does(async (context, cancellation) =>
            {
                await using var client = await FleetClient.OpenAsync(context, cancellation);
                var boards = context.Arguments.GetValue(board) is { } only ? [only] : await ReadyAsync(client, cancellation);
                var replies = await Task.WhenAll(boards.Select(each => client.AskAsync(each, "jobs", new JobCommand().ToJson(), cancellation)));
                var all = new FleetReply(Moves: [.. replies.SelectMany(reply => reply.Moves ?? [])], FleetJobs: [.. replies.SelectMany(reply => reply.FleetJobs ?? [])]);
                context.Write(all, ControlJson.Default.FleetReply, FleetWords.Jobs(context.Output));
            });
    }

    private static Command Cancel()
    {
        var job = new Argument<string>("JOB") { Description = "The job's id" };
        return new EhvSubcommand("cancel", "Ends a job; what is past its commit point is not undone") { job }
            .Does(async (context, cancellation) =>
            {
                await using var client = await FleetClient.OpenAsync(context, cancellation);
                foreach (var board in await ReadyAsync(client, cancellation))
                {
                    var known = await client.AskAsync(board, "jobs", new JobCommand().ToJson(), cancellation);
                    if (known.Moves?.Any(each => each.Id == context.Get(job)) != true && known.FleetJobs?.Any(each => each.Id == context.Get(job)) != true) continue;
                    await client.AskAsync(board, "cancel", new CancelCommand(context.Get(job)).ToJson(), cancellation);
                    context.Say($"{board} was asked to end {context.Get(job)}; see: ehv fleet jobs {board}");
                    return ExitCode.Ok;
                }
                throw new UserErrorException($"no board knows a job '{context.Get(job)}'", "see: ehv fleet jobs", ExitCode.NotFound);
            });
    }

    private static Command MakeKey()
    {
        var name = new Argument<string>("NAME") { Description = "The operator's name, or the path of the key file" };
        return new EhvSubcommand("key", "Makes an operator's key, and prints the line for the boards' lists of operators") { name }
            .WithExamples("ehv fleet key anna")
            .Does((context, _) =>
            {
                var key = OperatorKey.Of(context.Get(name));
                using var identity = key.Make();
                context.Output.WriteLine($"{key.Name} {identity.Public} all");
                if (context.Format == OutputFormat.Text) context.Error.WriteLine($"The key is in {key.Path}; keep it to yourself. The line belongs into the boards' lists of operators, with the commands that are allowed instead of 'all'.");
                return Task.CompletedTask;
            });
    }

    private static async Task ListAsync(CommandContext context, CancellationToken cancellation)
    {
        IReadOnlyList<FleetBoard> boards;
        if (context.Get(BrokerOptions.Broker) is null && Environment.GetEnvironmentVariable("EHV_BROKER") is null)
        {
            boards = await context.Service.GetAsync("v1/fleet/boards", ControlJson.Default.IReadOnlyListFleetBoard, cancellation);
        }
        else
        {
            await using var client = await FleetClient.OpenAsync(context, cancellation);
            boards = await client.BoardsAsync(cancellation);
        }
        context.Write(boards, ControlJson.Default.IReadOnlyListFleetBoard, FleetWords.Boards(context.Output));
    }

    private static async Task<int> DoAsync(CommandContext context, Func<IReadOnlyList<FleetBoard>, string> which, string verb, byte[] command, CancellationToken cancellation)
    {
        await using var client = await FleetClient.OpenAsync(context, cancellation);
        return await DoAsync(context, client, await ChooseAsync(client, which, cancellation), verb, command, cancellation);
    }

    private static async Task<int> DoAsync(CommandContext context, FleetClient client, string board, string verb, byte[] command, CancellationToken cancellation)
    {
        var begun = await client.AskAsync(board, verb, command, cancellation);
        if (context.Get(Detach))
        {
            context.Write(begun, ControlJson.Default.FleetReply, reply => context.Output.WriteLine(reply.Job?.Id ?? reply.FleetJob?.Id));
            return ExitCode.Ok;
        }
        var show = new FleetProgress(context);
        return show.Conclude(await client.FollowAsync(board, begun, show.Show, cancellation));
    }

    // What is not there at the first look may only not have come yet.
    private static async Task<string> ChooseAsync(FleetClient client, Func<IReadOnlyList<FleetBoard>, string> which, CancellationToken cancellation)
    {
        try
        {
            return which(await client.BoardsAsync(cancellation));
        }
        catch (UserErrorException)
        {
            return which(await client.BoardsAsync(cancellation));
        }
    }

    private static async Task<IReadOnlyList<string>> ReadyAsync(FleetClient client, CancellationToken cancellation) =>
        [.. (await client.BoardsAsync(cancellation)).Where(board => board.State == "ready").Select(board => board.Name)];

    private static string Coordinator(CommandContext context, IReadOnlyList<FleetBoard> boards) =>
        context.Get(On) ?? boards.FirstOrDefault(board => board.State == "ready")?.Name ?? throw new UserErrorException("no board is ready", "see: ehv fleet ls", ExitCode.NotFound);

    // Whoever asks again after a lost answer must not begin it twice, so there is always a token.
    private static string TokenOf(CommandContext context) => context.Get(Token) ?? Guid.NewGuid().ToString("n");

    private static LabelSelector Labels(CommandContext context)
    {
        try
        {
            return LabelSelector.Parse(context.Get(Where) ?? "");
        }
        catch (FormatException e)
        {
            throw new UserErrorException($"--where: {e.Message}", null, ExitCode.Usage);
        }
    }
}
