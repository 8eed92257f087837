// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>The terminal's other screen, drawn anew again and again; the first is back when this is disposed.</summary>
internal sealed class TerminalScreen : IDisposable
{
    private const string Home = "\e[H", ClearBelow = "\e[J", ClearLine = "\e[K", OtherScreen = "\e[?1049h\e[?25l", MainScreen = "\e[?25h\e[?1049l";
    private readonly TextWriter _output;

    public TerminalScreen(TextWriter output)
    {
        _output = output;
        _output.Write(OtherScreen);
    }

    /// <summary>A text as what the whole screen shows.</summary>
    public static string Frame(string text) => Home + text.ReplaceLineEndings(ClearLine + "\n") + ClearLine + ClearBelow;

    public void Dispose() => _output.Write(MainScreen);
}
