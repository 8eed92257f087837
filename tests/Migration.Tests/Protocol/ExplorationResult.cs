// SPDX-License-Identifier: Apache-2.0
namespace Migration.Tests;

/// <summary>What an exploration found.</summary>
/// <param name="States">Distinct states of the whole system.</param>
/// <param name="Steps">Steps between them.</param>
/// <param name="Endings">Distinct pairs of boards from which the fault-free end was run.</param>
/// <param name="Violation">The broken promise and the way there; null when all hold.</param>
internal sealed record ExplorationResult(int States, long Steps, int Endings, string? Violation)
{
    /// <summary>Every phase that a board was in.</summary>
    public required IReadOnlyList<string> Phases { get; init; }

    /// <summary>The highest epoch that became durable anywhere.</summary>
    public required ulong HighestEpoch { get; init; }
}
