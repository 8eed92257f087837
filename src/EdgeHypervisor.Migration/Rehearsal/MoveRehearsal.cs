// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace EdgeHypervisor.Migration;

/// <summary>
/// Moves a VM of a few pages between two endpoints in this process, so that the code of a move is compiled, the
/// libraries it needs are loaded and the disk's files are warm before a guest has to stand still for it.
/// </summary>
public static class MoveRehearsal
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Rehearses; leaves nothing behind.</summary>
    /// <param name="folder">A folder of its own, on the disk where the journals are.</param>
    /// <param name="times">How often.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task RunAsync(string folder, int times, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        try
        {
            var wire = new RehearsalWire();
            await using var one = await OpenAsync("one", folder, wire, cancellation).ConfigureAwait(false);
            await using var two = await OpenAsync("two", folder, wire, cancellation).ConfigureAwait(false);
            await one.CreateAsync(RehearsalVms.Vm, cancellation).ConfigureAwait(false);
            for (var i = 0; i < times; i++)
            {
                var (from, to) = i % 2 == 0 ? (one, "two") : (two, "one");
                await from.Move(RehearsalVms.Vm, to).Completion.WaitAsync(Patience, cancellation).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            // A machine that is so busy will compile it when it is needed.
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<MoveEndpoint> OpenAsync(string board, string folder, RehearsalWire wire, CancellationToken cancellation)
    {
        var identity = BoardIdentity.LoadOrCreate(Path.Combine(folder, board));
        File.AppendAllText(Path.Combine(folder, TrustedBoards.FileName), $"{board} {identity.Public}\n");
        var protection = new BoardControlProtection(board, identity, new TrustedBoards(Path.Combine(folder, TrustedBoards.FileName), _ => { }));
        var options = new MoveEndpointOptions { Board = board, JournalFolder = Path.Combine(folder, $"{board}-journals") };
        var endpoint = new MoveEndpoint(options, new RehearsalVms(), wire.Connect(), wire.Connect(), protection, _ => { }, TimeProvider.System);
        await endpoint.StartAsync(cancellation).ConfigureAwait(false);
        return endpoint;
    }

    /// <summary>Content that looks like a guest's: some of it repeats, some does not.</summary>
    internal static byte[] MakeMemory(int pages)
    {
        var memory = new byte[pages * MovableRegion.PageBytes];
        for (var page = 0; page < pages; page += 2) RandomNumberGenerator.Fill(memory.AsSpan(page * MovableRegion.PageBytes, MovableRegion.PageBytes / 2));
        return memory;
    }
}
