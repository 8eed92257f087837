// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;

namespace EdgeHypervisor.Cli;

/// <summary>What <c>ehv vm trace</c> and <c>ehv run --trace</c> take alike.</summary>
internal static class TraceOptions
{
    public static Option<string?> Events(string name = "--events") => new ChoiceOption(name, "instructions", "traps", "devices", "traps,devices", "instructions,traps,devices")
    {
        Description = "What is traced (else traps,devices); instructions make the guest slow",
        HelpName = "instructions,traps,devices",
    };

    public static Option<string?> Pc(string name = "--pc") => new(name) { Description = "Only what instructions of this function, or between these addresses, do", HelpName = "FUNCTION|FROM-TO" };

    public static Option<string[]> Device(string name = "--device") => new(name) { Description = "Only accesses of this device; may be repeated", HelpName = "DEVICE" };

    public static Option<string?> Limit(string name = "--limit") => new(name) { Description = "End after so many events (else 1000000)", HelpName = "N" };

    /// <summary>The number of events that such an option says; null where it is not there.</summary>
    public static long? LimitOf(string? text, string name = "--limit")
    {
        if (text is null) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var events) && events > 0
            ? events
            : throw new UserErrorException($"{name}: '{text}' is not a number of events", "a whole number from 1 on", ExitCode.Usage);
    }
}
