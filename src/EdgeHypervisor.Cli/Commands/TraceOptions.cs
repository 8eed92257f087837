// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace EdgeHypervisor.Cli;

/// <summary>What <c>ehv vm trace</c> and <c>ehv run --trace</c> take alike.</summary>
internal static class TraceOptions
{
    public static Option<string?> Events(string name = "--events")
    {
        var option = new Option<string?>(name) { Description = "What is traced (else traps,devices); instructions make the guest slow", HelpName = "instructions,traps,devices" };
        option.CompletionSources.Add("instructions", "traps", "devices", "traps,devices", "instructions,traps,devices");
        return option;
    }

    public static Option<string?> Pc(string name = "--pc") => new(name) { Description = "Only what instructions of this function, or between these addresses, do", HelpName = "FUNCTION|FROM-TO" };

    public static Option<string[]> Device(string name = "--device") => new(name) { Description = "Only accesses of this device; may be repeated", HelpName = "DEVICE" };

    public static Option<long?> Limit(string name = "--limit") => new(name) { Description = "End after so many events (else 1000000)", HelpName = "N" };
}
