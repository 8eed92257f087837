// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>How commands are put together.</summary>
internal static class CommandExtensions
{
    /// <summary>Gives a command its work; errors become messages and exit codes in one place, here.</summary>
    public static Command Does(this Command command, Func<CommandContext, CancellationToken, Task<int>> work)
    {
        command.SetAction((arguments, cancellation) => RunAsync(arguments, work, cancellation));
        return command;
    }

    /// <summary>The same for work that either succeeds or throws.</summary>
    public static Command Does(this Command command, Func<CommandContext, CancellationToken, Task> work) =>
        command.Does(async (context, cancellation) =>
        {
            await work(context, cancellation);
            return ExitCode.Ok;
        });

    /// <summary>The same for work that has the thread to itself until it ends, or is ended by Ctrl-C or SIGTERM.</summary>
    /// <remarks>Asynchronous methods are generic code of .NET over types of ours, which is compiled at each start: a tenth of a short run.</remarks>
    public static Command DoesInForeground(this Command command, Func<CommandContext, CancellationToken, int> work)
    {
        Texts.ReadIn(command);
        command.SetAction(arguments => Run(arguments, work));
        return command;
    }

    private static int Run(ParseResult arguments, Func<CommandContext, CancellationToken, int> work)
    {
        using var context = new CommandContext(arguments);
        using var end = new CancellationTokenSource();
        void End(PosixSignalContext signal)
        {
            signal.Cancel = !end.IsCancellationRequested; // who asks twice does not wait
            end.Cancel();
        }
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            return work(context, end.Token);
        }
        catch (Exception e) when (IsForTheUser(e, end.Token))
        {
            return Report(context, e);
        }
    }

    private static async Task<int> RunAsync(
        ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> work, CancellationToken cancellation)
    {
        using var context = new CommandContext(arguments);
        try
        {
            return await work(context, cancellation);
        }
        catch (Exception e) when (IsForTheUser(e, cancellation))
        {
            return Report(context, e);
        }
    }

    private static int Report(CommandContext context, Exception exception)
    {
        switch (exception)
        {
            case ControlException e:
                return Report(context, e.Problem);
            case UserErrorException e:
                context.Error.WriteLine($"ehv: {e.Message}");
                if (e.Fix is not null) context.Error.WriteLine($"  fix:   {e.Fix}");
                return e.ExitCode;
            case OperationCanceledException:
                return ExitCode.Interrupted;
            default:
                context.Error.WriteLine($"ehv: {exception.Message}");
                return ExitCode.Failed;
        }
    }

    private static int Report(CommandContext context, Problem problem)
    {
        if (context.Format == OutputFormat.Json)
        {
            context.Error.WriteLine(JsonText.Indented(problem, ControlJson.Default.Problem));
            return ExitCode.OfStatus(problem.Status);
        }
        context.Error.WriteLine($"ehv: {problem.Title}" + (problem.Detail is null ? "" : $": {problem.Detail}"));
        foreach (var error in problem.Errors ?? []) context.Error.WriteLine($"  {error}");
        if (problem.Where is not null) context.Error.WriteLine($"  where: {problem.Where}");
        if (problem.Fix is not null) context.Error.WriteLine($"  fix:   {problem.Fix}");
        return ExitCode.OfStatus(problem.Status);
    }

    // Their messages say what is wrong and where; anything else is a mistake of ours, and shows itself as one.
    private static bool IsForTheUser(Exception e, CancellationToken cancellation) => e is OperationCanceledException ? cancellation.IsCancellationRequested : e
        is ControlException or UserErrorException or IOException or UnauthorizedAccessException or HttpRequestException
        or OptionException or PeripheralException or DescriptionException or PluginException or StateException
        or MachineException or FirmwareException or VmStateException or SnapshotException or BindingException;
}
