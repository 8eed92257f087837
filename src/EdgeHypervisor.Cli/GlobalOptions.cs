// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Socket { get; } = new("--socket")
    {
        Description = $"The service's socket (else {ControlSocket.EnvironmentVariable}, else {ControlSocket.SystemPath})",
        HelpName = "PATH",
        Recursive = true,
    };

    public static Option<OutputFormat> Format { get; } = MakeFormat();

    private static Option<OutputFormat> MakeFormat()
    {
        var option = new Option<OutputFormat>("--format")
        {
            Description = "text for people, json for programs",
            HelpName = "text|json",
            Recursive = true,
            CustomParser = result => result.Tokens[0].Value switch
            {
                "text" => OutputFormat.Text,
                "json" => OutputFormat.Json,
                var other => Refuse(result, other),
            },
        };
        option.CompletionSources.Add("text", "json");
        return option;
    }

    private static OutputFormat Refuse(System.CommandLine.Parsing.ArgumentResult result, string text)
    {
        result.AddError($"--format: '{text}' is not a format; it is text or json");
        return OutputFormat.Text;
    }
}
