// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>Where the log goes.</summary>
/// <param name="IsJournal">Whether systemd's journal reads it.</param>
internal sealed record JournalFormatterOptions(bool IsJournal)
{
    /// <remarks>systemd.exec(5): <c>JOURNAL_STREAM</c> is set for services whose output is connected to the journal.</remarks>
    public static JournalFormatterOptions Detect() => new(Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null);
}
