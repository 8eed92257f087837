// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host;

/// <summary>
/// This board's keys and whom it believes: when VMs move the boards in <c>keys/trusted-boards</c>, or, without that file, whoever the
/// broker lets in; when it is commanded whoever the list of operators names, or, without one, everybody.
/// </summary>
internal sealed class BoardTrust : IDisposable
{
    private const string PublicFile = "board.pub";
    private const string TakenFile = "taken-commands";
    private readonly string _board;
    private readonly BoardIdentity _identity;
    private readonly TimeProvider _time;

    private BoardTrust(string board, BoardIdentity identity, IControlProtection protection, CommandPermissions permissions, string? whyNothingComes, TimeProvider time) =>
        (_board, _identity, Protection, Permissions, WhyNothingComes, _time) = (board, identity, protection, permissions, whyNothingComes, time);

    /// <summary>What moves are protected with.</summary>
    public IControlProtection Protection { get; }

    /// <summary>Who may command.</summary>
    public CommandPermissions Permissions { get; }

    /// <summary>
    /// Why this board takes no VMs and lends nothing; null when it does. Who may not command it must not get what they want by saying
    /// that they are a board, so with a list of operators boards have to prove who they are.
    /// </summary>
    public string? WhyNothingComes { get; }

    /// <summary>Makes this board's keys at its first start, shows the public ones to people, and reads whom it trusts.</summary>
    /// <exception cref="ConfigurationException">The keys or lists cannot be used.</exception>
    public static BoardTrust Open(string folder, string board, string? operatorsFile, TimeProvider time, Action<string> report)
    {
        try
        {
            var identity = BoardIdentity.LoadOrCreate(folder);
            File.WriteAllText(Path.Combine(folder, PublicFile), $"{board} {identity.Public}\n");
            var trusted = Path.Combine(folder, TrustedBoards.FileName);
            var boards = new TrustedBoards(trusted, report);
            var isProtected = File.Exists(trusted);
            var whyNothingComes = isProtected || operatorsFile is null
                ? null
                : $"board {board} has a list of operators and none of trusted boards, so it takes no VMs and lends nothing: collect the lines of all boards' {PublicFile} in {TrustedBoards.FileName} there, and restart";
            if (whyNothingComes is not null) report(whyNothingComes);
            else if (!isProtected) report($"moves are as safe as the broker is: to have them signed and encrypted, collect the lines of all boards' {PublicFile} in {trusted}, and restart");
            IControlProtection protection = isProtected ? new BoardControlProtection(board, identity, boards) : new NoControlProtection();
            var operators = operatorsFile is null ? null : new OperatorList(operatorsFile, report);
            var permissions = new CommandPermissions(board, operators, boards, new TakenCommands(Path.Combine(folder, TakenFile), time), time);
            return new BoardTrust(board, identity, protection, permissions, whyNothingComes, time);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException([$"{SettingNames.Operators}: {operatorsFile}: {e.Message}"]);
        }
        catch (Exception e) when (e is MoveException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"keys: {e.Message}"]);
        }
    }

    /// <summary>Says in a command to another board that it is this one that asks.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(string other, string verb, ReadOnlyMemory<byte> payload) =>
        CommandSignature.Sign(_identity, _board, other, verb, payload.Span, _time.GetUtcNow() + (CommandSignature.LongestValidity / 3));

    public void Dispose() => _identity.Dispose();
}
