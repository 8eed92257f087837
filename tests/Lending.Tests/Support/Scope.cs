// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending.Tests;

/// <summary>Looks at the pin of a recording line.</summary>
internal static class Scope
{
    /// <summary>The levels that were driven, in order.</summary>
    public static bool[] Levels(this RecordingLine line) =>
        [.. line.Calls.Where(call => call.EndsWith("high", StringComparison.Ordinal) || call.EndsWith("low", StringComparison.Ordinal)).Select(call => call.EndsWith("high", StringComparison.Ordinal))];

    /// <summary>How many bytes a serial port has taken so far.</summary>
    public static int SentCount(this FakeSerial serial)
    {
        lock (serial.Sent) return serial.Sent.Count;
    }
}
