// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Demo;

/// <summary>A move that was done.</summary>
internal sealed record MoveNotes(string Vm, string From, string To, double DowntimeMs, double TotalMs, long SentBytes);
