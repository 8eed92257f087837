// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Serialization.Metadata;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>Arguments whose values the service knows, so that a shell can complete them.</summary>
internal static class Suggest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    public static Argument<string> Vm() =>
        Known("VM", "The VM's name", ControlJson.Default.IReadOnlyListVmSummary, "v1/vms", vms => vms.Select(vm => vm.Name));

    public static Argument<string> Role() =>
        Known("ROLE", "The peripheral's role on the board", ControlJson.Default.BoardInfo, "v1/board", board => board.Peripherals.Select(p => p.Role));

    public static Argument<string> Plugin() =>
        Known("PLUGIN", "The plugin's id", ControlJson.Default.IReadOnlyListPluginInfo, "v1/plugins", plugins => plugins.Select(p => p.Id));

    public static Argument<string> Board() =>
        Known("BOARD", "The other board's name", ControlJson.Default.IReadOnlyListFleetBoard, "v1/fleet/boards", boards => boards.Select(b => b.Name));

    private static Argument<string> Known<T>(
        string name, string description, JsonTypeInfo<T> type, string path, Func<T, IEnumerable<string>> names)
    {
        var argument = new Argument<string>(name) { Description = description, HelpName = name }; // else help asks the service, too
        argument.CompletionSources.Add(context => Ask(context, type, path, names));
        return argument;
    }

    // A shell that completes must neither wait nor show errors: no service, no suggestions.
    private static IEnumerable<string> Ask<T>(CompletionContext context, JsonTypeInfo<T> type, string path, Func<T, IEnumerable<string>> names)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var service = new ControlClient(ControlSocket.Resolve(context.ParseResult.GetValue(GlobalOptions.Socket)));
        try
        {
            return [.. names(service.GetAsync(path, type, patience.Token).GetAwaiter().GetResult())];
        }
        catch (Exception e) when (e is ControlException or OperationCanceledException or IOException)
        {
            return [];
        }
    }
}
