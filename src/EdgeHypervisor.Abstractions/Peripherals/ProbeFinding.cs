// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Something that a driver could open.</summary>
/// <param name="Role">A name for it; whoever writes a board file makes it fit the rules and unique.</param>
/// <param name="Driver">The driver's id without the word <c>driver</c>: <c>linux.gpio</c>.</param>
/// <param name="Options">The options to open it with, in the order to write them.</param>
/// <param name="Note">For people: what it is.</param>
/// <param name="User">Who has it now; empty where nobody does.</param>
public sealed record ProbeFinding(
    string Role, string Driver, IReadOnlyList<KeyValuePair<string, string>> Options, string Note = "", string User = "");
