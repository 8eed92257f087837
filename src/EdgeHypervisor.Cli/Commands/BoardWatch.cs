// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv board watch</c>: the header, drawn anew whenever something on the board changes.</summary>
internal static class BoardWatch
{
    private const string Home = "\e[H", ClearBelow = "\e[J", ClearLine = "\e[K", OtherScreen = "\e[?1049h\e[?25l", MainScreen = "\e[?25h\e[?1049l";

    public static async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var live = context.IsTerminal && context.Format == OutputFormat.Text;
        if (live) context.Output.Write(OtherScreen);
        try
        {
            await foreach (var board in context.Service.StreamAsync("v1/board/watch", ControlJson.Default.BoardInfo, cancellation))
                context.WriteLine(board, ControlJson.Default.BoardInfo, b => live ? Screen(b) : HeaderDrawing.Draw(b));
        }
        finally
        {
            if (live) context.Output.Write(MainScreen);
        }
        return ExitCode.Ok;
    }

    private static string Screen(BoardInfo board) => Home + HeaderDrawing.Draw(board).ReplaceLineEndings(ClearLine + "\n") + ClearLine + ClearBelow;
}
