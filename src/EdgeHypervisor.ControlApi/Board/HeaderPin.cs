// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A pin of the board's header.</summary>
/// <param name="Number">Its physical number.</param>
/// <param name="Name">Its usual name: <c>GPIO17</c>, <c>3V3</c>.</param>
/// <param name="IsLine">Whether it is a line, not power or ground.</param>
public sealed record HeaderPin(int Number, string Name, bool IsLine);
