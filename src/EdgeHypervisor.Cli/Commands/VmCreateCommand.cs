// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Security.Cryptography;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv vm create</c>: checks the manifest here, uploads the firmware, and asks for the VM.</summary>
internal static class VmCreateCommand
{
    /// <summary>What a plan for this board is about.</summary>
    internal const string StartHere = "start here";

    public static Command Create()
    {
        var manifest = new Argument<string>("MANIFEST") { Description = "The VM's manifest, a *.vm.yaml file" };
        var firmware = new Option<string?>("--firmware") { Description = "Other firmware than the manifest names", HelpName = "FILE" };
        var start = new Option<bool>("--start") { Description = "Start it at once" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say whether this board can run it, and how" };
        return new EhvSubcommand("create", "Makes a VM from its manifest") { manifest, firmware, start, dryRun }
            .WithExamples("ehv vm create blinky.vm.yaml --start", "ehv vm create thermostat.vm.yaml --dry-run")
            .Does((context, cancellation) => CreateAsync(
                context, context.Get(manifest), context.Get(firmware), context.Get(start), context.Get(dryRun), cancellation));
    }

    /// <summary>What a manifest's file asks for, without its firmware.</summary>
    internal static async Task<VmCreateRequest> ReadAsync(string manifestFile, bool start, CancellationToken cancellation)
    {
        if (!File.Exists(manifestFile))
            throw new UserErrorException($"there is no manifest {manifestFile}", "name a *.vm.yaml file", ExitCode.NotFound);
        return new VmCreateRequest(await File.ReadAllTextAsync(manifestFile, cancellation), Path.GetFullPath(manifestFile), null, start);
    }

    /// <summary>What would happen if it were made.</summary>
    internal static async Task<int> PlanAsync(CommandContext context, VmCreateRequest request, string query, string what, CancellationToken cancellation)
    {
        var plan = await context.Service.SendAsync(
            HttpMethod.Post, $"v1/plan{query}", request, ControlJson.Default.VmCreateRequest, ControlJson.Default.VmPlan, cancellation);
        return VmReport.WritePlan(plan, context, what);
    }

    private static async Task<int> CreateAsync(
        CommandContext context, string manifestFile, string? firmwareFile, bool start, bool dryRun, CancellationToken cancellation)
    {
        var request = await ReadAsync(manifestFile, start, cancellation);
        if (dryRun) return await PlanAsync(context, request, "", StartHere, cancellation);

        request = request with { Image = await UploadAsync(context, ManifestFirmware.Read(request.Manifest, manifestFile, firmwareFile), cancellation) };
        var created = await context.Service.SendAsync(
            HttpMethod.Post, "v1/vms", request, ControlJson.Default.VmCreateRequest, ControlJson.Default.VmSummary, cancellation);
        context.Write(created, ControlJson.Default.VmSummary, vm => context.Output.WriteLine($"created {vm.Name}, {vm.State}"));
        return ExitCode.Ok;
    }

    private static async Task<string> UploadAsync(CommandContext context, byte[] image, CancellationToken cancellation)
    {
        var digest = "sha256-" + Convert.ToHexStringLower(SHA256.HashData(image));
        await context.Service.UploadAsync($"v1/images/{digest}", new MemoryStream(image), cancellation);
        return digest;
    }
}
