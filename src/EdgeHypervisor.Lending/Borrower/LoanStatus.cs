// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>What a VM borrows of one board, as it is now.</summary>
/// <param name="VirtualMachine">The VM's name.</param>
/// <param name="Lender">The board.</param>
/// <param name="State">How it stands.</param>
/// <param name="Reason">Why it is not lent; empty when it is, or when nobody has said.</param>
/// <param name="Latency">The round trips; null before the first.</param>
/// <param name="Losses">How often the lender was out of reach.</param>
/// <param name="Repeated">Items that were sent again.</param>
/// <param name="Merged">Changes of outputs that were left out because too many were under way.</param>
public sealed record LoanStatus(
    string VirtualMachine, string Lender, LoanState State, string Reason, LatencySummary? Latency, long Losses, long Repeated, long Merged);
