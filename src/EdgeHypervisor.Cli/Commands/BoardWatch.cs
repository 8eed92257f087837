// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv board watch</c>: the header, drawn anew whenever something on the board changes.</summary>
internal static class BoardWatch
{
    public static async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        using var screen = context.OpenScreen();
        await foreach (var board in context.Service.StreamAsync("v1/board/watch", ControlJson.Default.BoardInfo, cancellation))
            context.WriteLine(board, ControlJson.Default.BoardInfo, b => screen is null ? HeaderDrawing.Draw(b) : TerminalScreen.Frame(HeaderDrawing.Draw(b)));
        return ExitCode.Ok;
    }
}
