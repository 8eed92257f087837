// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;

namespace EdgeHypervisor.Lending;

/// <summary>What both sides need.</summary>
/// <param name="Options">Names and times.</param>
/// <param name="Wire">To the other boards.</param>
/// <param name="Time">The clock of all waiting.</param>
/// <param name="Report">Takes what an operator should know, a line each.</param>
/// <param name="Run">Runs something soon, elsewhere: the thread pool. A test may run it at once.</param>
internal sealed record LendingContext(LendingOptions Options, ILendingWire Wire, TimeProvider Time, Action<string> Report, Action<Action> Run)
{
    public long NowNs => Time.NowNs();
}
