// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
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

    private static async Task<int> RunAsync(
        ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> work, CancellationToken cancellation)
    {
        using var context = new CommandContext(arguments);
        try
        {
            return await work(context, cancellation);
        }
        catch (ControlException e)
        {
            return Report(context, e.Problem);
        }
        catch (UserErrorException e)
        {
            context.Error.WriteLine($"ehv: {e.Message}");
            if (e.Fix is not null) context.Error.WriteLine($"  fix:   {e.Fix}");
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (IsForTheUser(e))
        {
            context.Error.WriteLine($"ehv: {e.Message}");
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
    private static bool IsForTheUser(Exception e) => e
        is IOException or UnauthorizedAccessException or HttpRequestException
        or OptionException or PeripheralException or DescriptionException or PluginException or StateException
        or MachineException or FirmwareException or VmStateException or SnapshotException or BindingException;
}
