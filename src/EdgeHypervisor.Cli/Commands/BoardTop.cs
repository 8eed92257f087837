// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv board top</c>: what happens at each peripheral, a second, the busiest first.</summary>
internal static class BoardTop
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var looks = new Option<int>("--looks") { Description = "End after so many looks; 0 goes on until Ctrl-C", DefaultValueFactory = _ => 0 };
        return new EhvSubcommand("top", "Shows what happens at each peripheral, a second, the busiest first") { looks }
            .WithExamples("ehv board top", "ehv board top --looks 1 --format json")
            .Does((context, cancellation) => RunAsync(context, context.Get(looks), cancellation));
    }

    private static async Task RunAsync(CommandContext context, int looks, CancellationToken cancellation)
    {
        var (before, since) = (await AskAsync(context, cancellation), Stopwatch.GetTimestamp());
        using var timer = new PeriodicTimer(Period);
        using var screen = context.OpenScreen();
        for (var look = 1; (looks == 0 || look <= looks) && await timer.WaitForNextTickAsync(cancellation); look++)
        {
            var now = await AskAsync(context, cancellation);
            var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
            var was = before;
            context.WriteLine(now, ControlJson.Default.IReadOnlyListPeripheralActivity,
                after => screen is null ? Draw(was, after, seconds) : TerminalScreen.Frame(Draw(was, after, seconds)));
            (before, since) = (now, Stopwatch.GetTimestamp());
        }
    }

    private static Task<IReadOnlyList<PeripheralActivity>> AskAsync(CommandContext context, CancellationToken cancellation) =>
        context.Service.GetAsync("v1/board/activity", ControlJson.Default.IReadOnlyListPeripheralActivity, cancellation);

    private static string Draw(IReadOnlyList<PeripheralActivity> before, IReadOnlyList<PeripheralActivity> after, double seconds)
    {
        var table = new TextTable("ROLE", "KIND", "CHANGES/s", "EDGES/s", "TRANS/s", "BYTES/s", "WAIT us", "ERRORS", "LOST", "REFUSED", "USERS");
        var rows = after.Select(now => (Now: now, Was: before.FirstOrDefault(was => was.Role == now.Role) ?? now));
        foreach (var (now, was) in rows.OrderByDescending(row => Events(row.Now) - Events(row.Was)))
        {
            table.Row(
                now.Role, now.Kind, Rate(now.Changes - was.Changes), Rate(now.Edges - was.Edges), Rate(now.Transactions - was.Transactions),
                Rate(now.Bytes - was.Bytes), Wait(now, was), Count(now.Errors), Count(now.LostEdges), Count(now.Refusals),
                string.Join(' ', now.Users.Select(user => $"{user.Vm}:{user.Port}")));
        }
        var text = new StringWriter(CultureInfo.InvariantCulture);
        table.WriteTo(text);
        return text.ToString().TrimEnd();

        string Rate(long events) => events == 0 ? "" : (events / seconds).ToString("0.#", CultureInfo.InvariantCulture);
    }

    private static long Events(PeripheralActivity activity) => activity.Changes + activity.Edges + activity.Transactions + activity.Bytes;

    private static string Count(long count) => count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture);

    // Of a transaction, on average.
    private static string Wait(PeripheralActivity now, PeripheralActivity was) => now.Transactions == was.Transactions
        ? ""
        : ((now.WaitSeconds - was.WaitSeconds) * 1e6 / (now.Transactions - was.Transactions)).ToString("0", CultureInfo.InvariantCulture);
}
