// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    private const string Text = "text", Json = "json";

    public static Option<string?> Socket { get; } = new("--socket")
    {
        Description = $"The service's socket (else {ControlSocket.EnvironmentVariable}, else {ControlSocket.SystemPath})",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <remarks>A text: over a type of ours the library's code would be compiled at each start.</remarks>
    public static Option<string?> Format { get; } = MakeFormat();

    /// <summary>What the command line says of the format.</summary>
    public static OutputFormat FormatOf(ParseResult arguments) => arguments.GetValue(Format) == Json ? OutputFormat.Json : OutputFormat.Text;

    private static ChoiceOption MakeFormat()
    {
        var option = new ChoiceOption("--format", Text, Json)
        {
            Description = "text for people, json for programs",
            HelpName = $"{Text}|{Json}",
            Recursive = true,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not (Text or Json) and var other }]) result.AddError($"--format: '{other}' is not a format; it is text or json");
        });
        return option;
    }
}
