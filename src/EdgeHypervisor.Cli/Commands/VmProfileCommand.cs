// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv vm profile</c>: where a running guest spends its time.</summary>
internal static class VmProfileCommand
{
    public static Command Create()
    {
        var vm = Suggest.Vm();
        var time = new Option<string?>("--for") { Description = "How long to look (else 10s)", HelpName = "10s|500ms|2m" };
        var top = new Option<int?>("--top") { Description = "The most functions (else 20)", HelpName = "N" };
        var output = new Option<string?>("--output", "-o") { Description = "A file for it (else the terminal)", HelpName = "FILE" };
        return new EhvSubcommand("profile", "Shows in which functions its guest spends its time") { vm, time, top, output }
            .WithExamples("ehv vm profile sensor", "ehv vm profile sensor --for 1m --top 5", "ehv vm profile sensor --format json --output sensor.json")
            .Does(async (context, cancellation) =>
            {
                var path = VmCommand.PathOf(context.Get(vm), "profile", ("for", context.Get(time)), ("top", context.Get(top)?.ToString(CultureInfo.InvariantCulture)));
                var profile = await context.Service.GetAsync(path, ControlJson.Default.ProfileInfo, cancellation);
                if (context.Get(output) is not { } file)
                {
                    context.Write(profile, ControlJson.Default.ProfileInfo, p => ProfileTable.Write(p, context.Output));
                    return;
                }
                using (var writer = new StreamWriter(OutputFile.Create(file, overwrites: true)))
                {
                    if (context.Format == OutputFormat.Json) writer.WriteLine(JsonText.Indented(profile, ControlJson.Default.ProfileInfo));
                    else ProfileTable.Write(profile, writer);
                }
                context.Say($"wrote {file}");
            });
    }
}
