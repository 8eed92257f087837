// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>A line of a trace.</summary>
/// <param name="Event">instruction, trap, read, write; lost, where events are missing; end, the last line.</param>
/// <param name="TimeNs">Guest time.</param>
/// <param name="Core">Which core did it.</param>
/// <param name="Pc">The instruction that did it.</param>
/// <param name="Symbol">The function that it lies in, with the distance, where known.</param>
/// <param name="Encoding">Of an instruction: its bits; of Thumb the first halfword is the upper one.</param>
/// <param name="Assembly">Of an instruction: in assembly language, from a core that knows it.</param>
/// <param name="Trap">exception, interrupt or return.</param>
/// <param name="Cause">Of a trap: its number in the architecture.</param>
/// <param name="Name">Of a trap: in words.</param>
/// <param name="To">Of a trap: where the core went on.</param>
/// <param name="ToSymbol">Of a trap: the function that this lies in.</param>
/// <param name="Device">Which device was reached.</param>
/// <param name="Offset">The offset in its window.</param>
/// <param name="WidthBytes">How wide the access was.</param>
/// <param name="Value">What was read or written; of a trap what the architecture says besides.</param>
/// <param name="Count">How many events are missing, or there were.</param>
/// <param name="Lost">At the end: how many were missing in all.</param>
/// <param name="Reason">At the end: why.</param>
public sealed record TraceLine(
    string Event, long? TimeNs = null, string? Core = null, string? Pc = null, string? Symbol = null, string? Encoding = null, string? Assembly = null,
    string? Trap = null, uint? Cause = null, string? Name = null, string? To = null, string? ToSymbol = null,
    string? Device = null, string? Offset = null, int? WidthBytes = null, string? Value = null, long? Count = null, long? Lost = null, string? Reason = null);
