// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>What a command works with: its arguments, the service, and where to write.</summary>
internal sealed class CommandContext(ParseResult arguments) : IDisposable
{
    private ControlClient? _service;

    public ParseResult Arguments { get; } = arguments;

    public TextWriter Output => Arguments.InvocationConfiguration.Output;

    public TextWriter Error => Arguments.InvocationConfiguration.Error;

    public OutputFormat Format { get; } = GlobalOptions.FormatOf(arguments);

    public string SocketPath => ControlSocket.Resolve(Arguments.GetValue(GlobalOptions.Socket));

    /// <summary>The service; nothing is sent before something is asked.</summary>
    public ControlClient Service => _service ??= new ControlClient(SocketPath);

    public bool IsTerminal => ReferenceEquals(Output, Console.Out) && !Console.IsOutputRedirected;

    /// <summary>The other screen of the terminal; null where the output is no terminal, or for programs.</summary>
    public TerminalScreen? OpenScreen() => IsTerminal && Format == OutputFormat.Text ? new TerminalScreen(Output) : null;

    public T Get<T>(Argument<T> argument) => Arguments.GetRequiredValue(argument);

    /// <summary>An argument that may be left out.</summary>
    public T? Find<T>(Argument<T> argument) => Arguments.GetValue(argument);

    public T? Get<T>(Option<T> option) => Arguments.GetValue(option);

    /// <summary>Whether an option is there, with a value or without.</summary>
    public bool IsGiven(Option option) => Arguments.GetResult(option) is { Implicit: false };

    /// <summary>Writes a result: as JSON where asked for, else as <paramref name="text"/> does.</summary>
    public void Write<T>(T value, JsonTypeInfo<T> type, Action<T> text)
    {
        if (Format == OutputFormat.Text) text(value);
        else Output.WriteLine(JsonText.Indented(value, type));
    }

    /// <summary>Writes one item of a stream.</summary>
    public void WriteLine<T>(T value, JsonTypeInfo<T> type, Func<T, string> text) =>
        Output.WriteLine(Format == OutputFormat.Text ? text(value) : JsonSerializer.Serialize(value, type));

    /// <summary>Says that something is done; silent for programs.</summary>
    public void Say(string message)
    {
        if (Format == OutputFormat.Text) Output.WriteLine(message);
    }

    public void Dispose() => _service?.Dispose();
}
