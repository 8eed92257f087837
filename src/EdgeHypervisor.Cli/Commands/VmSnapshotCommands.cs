// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv vm snapshot</c> and <c>ehv vm restore</c>: a VM's state, kept on the board or in a file of one's own.</summary>
internal static class VmSnapshotCommands
{
    private const string Transfer = "transfer";

    public static Command Snapshot()
    {
        var vm = Suggest.Vm();
        var name = Name("Keep it on the board under this name");
        var file = new Option<string?>("--output", "-o") { Description = "Write it to a file instead", HelpName = "FILE" };
        var list = new Option<bool>("--list") { Description = "List those kept on the board" };
        var force = new Option<bool>("--force") { Description = "In the place of one that has this name, or of what the file holds" };
        return new EhvSubcommand("snapshot", "Saves its state; it goes on") { vm, name, file, list, force }
            .WithExamples("ehv vm snapshot blinky before-update", "ehv vm snapshot blinky -o blinky.snapshot", "ehv vm snapshot blinky --list")
            .Does((context, cancellation) => (context.Get(list), context.Get(file)) switch
            {
                (true, _) => ListAsync(context, context.Get(vm), cancellation),
                (_, { } path) => SaveToFileAsync(context, context.Get(vm), path, context.Get(force), cancellation),
                _ => SaveAsync(context, context.Get(vm), Required(context, name), context.Get(force), cancellation),
            });
    }

    public static Command Restore()
    {
        var vm = Suggest.Vm();
        var name = Name("The name it is kept under");
        var file = new Option<string?>("--input", "-i") { Description = "Take it from a file instead", HelpName = "FILE" };
        return new EhvSubcommand("restore", "Goes back to a saved state; the VM is paused then") { vm, name, file }
            .WithExamples("ehv vm restore blinky before-update && ehv vm resume blinky", "ehv vm restore blinky -i blinky.snapshot")
            .Does((context, cancellation) => context.Get(file) is { } path
                ? RestoreFromFileAsync(context, context.Get(vm), path, cancellation)
                : RestoreAsync(context, context.Get(vm), Required(context, name), cancellation));
    }

    private static Argument<string?> Name(string description) =>
        new("NAME") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static string Required(CommandContext context, Argument<string?> name) =>
        context.Arguments.GetValue(name)
        ?? throw new UserErrorException("a snapshot needs a name, or a file", "add a NAME, or --output/--input FILE", ExitCode.Usage);

    private static string PathOf(string vm, string? name = null) =>
        $"{VmCommand.PathOf(vm)}/snapshots" + (name is null ? "" : $"/{Uri.EscapeDataString(name)}");

    private static async Task ListAsync(CommandContext context, string vm, CancellationToken cancellation)
    {
        var snapshots = await context.Service.GetAsync(PathOf(vm), ControlJson.Default.IReadOnlyListSnapshotInfo, cancellation);
        context.Write(snapshots, ControlJson.Default.IReadOnlyListSnapshotInfo, all =>
        {
            var table = new TextTable("NAME", "AT", "SIZE");
            foreach (var snapshot in all) table.Row(snapshot.Name, Words.When(snapshot.At), Words.Bytes(snapshot.Bytes));
            table.WriteTo(context.Output);
        });
    }

    private static async Task SaveAsync(CommandContext context, string vm, string name, bool overwrites, CancellationToken cancellation)
    {
        var saved = await TakeAsync(context, vm, name, overwrites, cancellation);
        context.Write(saved, ControlJson.Default.SnapshotInfo, s => context.Output.WriteLine($"saved {vm} as {s.Name}, {Words.Bytes(s.Bytes)}"));
    }

    private static Task<SnapshotInfo> TakeAsync(CommandContext context, string vm, string name, bool overwrites, CancellationToken cancellation) =>
        context.Service.SendAsync(
            HttpMethod.Post, PathOf(vm) + (overwrites ? "?force=true" : ""), new SnapshotRequest(name), ControlJson.Default.SnapshotRequest, ControlJson.Default.SnapshotInfo, cancellation);

    private static async Task SaveToFileAsync(CommandContext context, string vm, string file, bool overwrites, CancellationToken cancellation)
    {
        await using var target = OutputFile.Create(file, overwrites);
        var name = TransferName();
        var saved = await TakeAsync(context, vm, name, overwrites: false, cancellation);
        try
        {
            await using var content = await context.Service.GetStreamAsync(PathOf(vm, name), cancellation);
            await content.CopyToAsync(target, cancellation);
        }
        finally
        {
            await context.Service.DoAsync(HttpMethod.Delete, PathOf(vm, name), CancellationToken.None);
        }
        context.Write(saved with { Name = file }, ControlJson.Default.SnapshotInfo, s => context.Say($"saved {vm} to {file}, {Words.Bytes(s.Bytes)}"));
    }

    private static async Task RestoreAsync(CommandContext context, string vm, string name, CancellationToken cancellation)
    {
        var summary = await context.Service.SendAsync(
            HttpMethod.Post, $"{VmCommand.PathOf(vm)}/restore", new SnapshotRequest(name), ControlJson.Default.SnapshotRequest, ControlJson.Default.VmSummary, cancellation);
        context.Write(summary, ControlJson.Default.VmSummary, s => context.Output.WriteLine($"restored {s.Name}, now {s.State}"));
    }

    private static async Task RestoreFromFileAsync(CommandContext context, string vm, string file, CancellationToken cancellation)
    {
        var name = TransferName();
        await using (var content = File.OpenRead(file)) await context.Service.UploadAsync(PathOf(vm, name), content, cancellation);
        try
        {
            await RestoreAsync(context, vm, name, cancellation);
        }
        finally
        {
            await context.Service.DoAsync(HttpMethod.Delete, PathOf(vm, name), CancellationToken.None);
        }
    }

    private static string TransferName() => $"{Transfer}-{Environment.ProcessId}-{Environment.TickCount64}";
}
