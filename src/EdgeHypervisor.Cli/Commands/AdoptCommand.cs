// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv adopt</c>: what to do about a VM that stands still because the other board of its move is silent.</summary>
internal static class AdoptCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var vm = new Argument<string?>("VM") { Description = "The VM; without it those in doubt are listed", Arity = ArgumentArity.ZeroOrOne };
        var force = new Option<bool>("--force") { Description = "Run it here on your word that the other board is gone for good" };
        var reclaim = new Option<bool>("--reclaim") { Description = "Ask the other board to give it back; it does if it has never run it" };
        return new EhvSubcommand("adopt", "Decides about a VM whose move got stuck because the other board is gone") { vm, force, reclaim }
            .WithExamples("ehv adopt", "ehv adopt thermostat --reclaim", "ehv adopt thermostat --force")
            .Does((context, cancellation) => context.Arguments.GetValue(vm) is { } name
                ? DecideAsync(context, name, context.Get(force), context.Get(reclaim), cancellation)
                : ListAsync(context, cancellation));
    }

    private static Task<IReadOnlyList<OwnershipInfo>> OwnershipAsync(CommandContext context, CancellationToken cancellation) =>
        context.Service.GetAsync("v1/ownership", ControlJson.Default.IReadOnlyListOwnershipInfo, cancellation);

    private static async Task<int> ListAsync(CommandContext context, CancellationToken cancellation)
    {
        IReadOnlyList<OwnershipInfo> doubts = [.. (await OwnershipAsync(context, cancellation)).Where(info => info.InDoubt)];
        context.Write(doubts, ControlJson.Default.IReadOnlyListOwnershipInfo, all =>
        {
            if (all.Count == 0) context.Output.WriteLine("no VM is in doubt here");
            foreach (var doubt in all) context.Output.WriteLine($"{NameOf(doubt)}: {Explain(doubt)}");
        });
        return ExitCode.Ok;
    }

    private static async Task<int> DecideAsync(CommandContext context, string name, bool force, bool reclaim, CancellationToken cancellation)
    {
        var doubt = (await OwnershipAsync(context, cancellation)).FirstOrDefault(info => info.Id == name || NameOf(info) == name)
            ?? throw new UserErrorException($"this board knows nothing of a VM '{name}'", "see: ehv adopt, ehv fleet ls", ExitCode.NotFound);
        if (doubt.IsHalted) throw new UserErrorException($"{NameOf(doubt)}: {Explain(doubt)}", "see why in the log, mend it, and restart the service", ExitCode.Conflict);
        if (!doubt.InDoubt) throw new UserErrorException($"VM '{name}' is not in doubt: this board is '{doubt.Kind}'", null, ExitCode.Conflict);
        if (!force && !reclaim)
        {
            context.Error.WriteLine($"ehv: {NameOf(doubt)}: {Explain(doubt)}");
            context.Error.WriteLine($"  If {doubt.Peer} comes back, the move ends by itself: waiting is the safe choice.");
            if (doubt.Kind == "relinquished") context.Error.WriteLine($"  --reclaim asks {doubt.Peer} to give it back, which is safe.");
            context.Error.WriteLine($"  --force runs it here now. {Risk(doubt)}");
            return ExitCode.Conflict;
        }
        if (force) context.Error.WriteLine($"ehv: {NameOf(doubt)} runs here from now on. {Risk(doubt)}");
        await context.Service.SendAsync(
            HttpMethod.Post, $"v1/ownership/{Uri.EscapeDataString(doubt.Id)}", new AdoptRequest(force), ControlJson.Default.AdoptRequest, ControlJson.Default.IReadOnlyListOwnershipInfo, cancellation);
        return await WaitAsync(context, doubt, cancellation);
    }

    private static async Task<int> WaitAsync(CommandContext context, OwnershipInfo doubt, CancellationToken cancellation)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < Patience; await Task.Delay(50, cancellation))
        {
            var now = (await OwnershipAsync(context, cancellation)).FirstOrDefault(info => info.Id == doubt.Id);
            if (now is { InDoubt: true }) continue;
            context.Say(now?.Kind == "owner" ? $"{NameOf(doubt)} is this board's again, epoch {now.Epoch}" : $"{NameOf(doubt)} runs on {doubt.Peer}");
            return ExitCode.Ok;
        }
        context.Error.WriteLine($"ehv: {doubt.Peer} has not answered yet; it goes on being asked");
        return ExitCode.Failed;
    }

    private static string Explain(OwnershipInfo doubt) => doubt switch
    {
        { IsHalted: true } => "this board's disk failed while it was moved; how that ended is known when the service is started again",
        { Kind: "relinquished" } => $"this board handed it over to {doubt.Peer} and has not heard that it runs there; it stands still here",
        _ => $"this board has received all of it from {doubt.Peer} and waits for its word; it stands still here",
    };

    private static string Risk(OwnershipInfo doubt) =>
        $"If {doubt.Peer} is not gone for good and runs it too, or has run it, two copies drive the world, and what one of them does the other does not know. "
        + $"The copy here gets a much higher epoch; when {doubt.Peer} is back and was only waiting, it discards its own.";

    // An id is the VM's name, a dot, and what makes it unique.
    private static string NameOf(OwnershipInfo info) => info.Name ?? info.Id[..Math.Max(info.Id.LastIndexOf('.'), 1)];
}
