// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>Who is believed when VMs move: the boards in <c>keys/trusted-boards</c>, or, without that file, whoever the broker lets in.</summary>
internal static class BoardTrust
{
    private const string PublicFile = "board.pub";

    /// <summary>Makes this board's keys at its first start, shows the public ones to people, and reads whom it trusts.</summary>
    /// <exception cref="ConfigurationException">The keys cannot be used.</exception>
    public static IControlProtection Open(string folder, string board, Action<string> report)
    {
        try
        {
            var identity = BoardIdentity.LoadOrCreate(folder);
            File.WriteAllText(Path.Combine(folder, PublicFile), $"{board} {identity.Public}\n");
            var trusted = Path.Combine(folder, TrustedBoards.FileName);
            if (File.Exists(trusted)) return new BoardControlProtection(board, identity, new TrustedBoards(trusted, report));
            identity.Dispose();
            report($"moves are as safe as the broker is: to have them signed and encrypted, collect the lines of all boards' {PublicFile} in {trusted}, and restart");
            return new NoControlProtection();
        }
        catch (Exception e) when (e is MoveException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"keys: {e.Message}"]);
        }
    }
}
