// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>Says who asks in a command, and whether they may. Without a list everybody may: then the broker alone decides. Thread-safe.</summary>
/// <param name="board">This board.</param>
/// <param name="operators">Who may; null: everybody.</param>
/// <param name="boards">The boards whose signatures count.</param>
/// <param name="taken">What was taken before.</param>
/// <param name="time">The clock.</param>
public sealed class CommandPermissions(string board, OperatorList? operators, TrustedBoards boards, TakenCommands taken, TimeProvider time)
{
    /// <summary>Finds out who asks; refuses what is not signed as it says, and who may not.</summary>
    /// <param name="verb">Which command.</param>
    /// <param name="user">The level of the topic that the broker keeps to its user; null: the topic has none.</param>
    /// <param name="message">The command.</param>
    /// <exception cref="FormatException">Not they, or they may not; with what to do.</exception>
    public CommandAsker Admit(string verb, string? user, TransportMessage message)
    {
        var by = CommandSignature.Property(message, CommandSignature.By);
        if (CommandSignature.Property(message, CommandSignature.Signature) is not null) return AdmitSigned(verb, by ?? "", message);
        if (operators is null) return new CommandAsker(user ?? by ?? OperatorList.Anyone, IsRepeated: false);
        if (user is not null && operators.Find(user, OperatorProof.Broker) is { } known) return Require(known, verb);
        if (operators.Find(OperatorList.Anyone, OperatorProof.None) is { } anyone && anyone.May(verb)) return new CommandAsker(user ?? by ?? OperatorList.Anyone, IsRepeated: false);
        throw new FormatException(user is null
            ? $"'{verb}' needs a signature (ehv fleet --operator), or the broker's user in the topic; or list '{OperatorList.Anyone} - {verb}' in {operators.Path}"
            : $"'{user}' may not command here: list '{user} broker {verb}' in {operators.Path}");
    }

    private CommandAsker AdmitSigned(string verb, string by, TransportMessage message)
    {
        var entry = operators?.Find(by, OperatorProof.Key) ?? operators?.Find(by, OperatorProof.Board);
        var keys = entry?.Keys ?? boards.Find(by);
        if (keys is null)
        {
            // Without a list whoever asks may; a signature that nobody can check proves as much as none.
            if (operators is null) return new CommandAsker(by.Length > 0 ? by : OperatorList.Anyone, IsRepeated: false);
            throw new FormatException($"'{by}' may not command here: list '{by} KEYS {verb}' in {operators.Path}");
        }
        var signed = CommandSignature.Verify(keys, by, board, verb, message, time.GetUtcNow());
        if (operators is not null)
        {
            if (entry is null) throw new FormatException($"board '{by}' may not command here: list '{by} board {verb}' in {operators.Path}");
            Require(entry, verb);
        }
        return new CommandAsker(by, !OperatorList.IsQuestion(verb) && taken.IsRepeated(signed, time.GetUtcNow() + CommandSignature.LongestValidity));
    }

    private CommandAsker Require(Operator entry, string verb) => entry.May(verb)
        ? new CommandAsker(entry.Name, IsRepeated: false)
        : throw new FormatException($"'{entry.Name}' may not '{verb}', only {string.Join(", ", entry.Verbs.Order(StringComparer.Ordinal))}: see {operators!.Path}");
}
