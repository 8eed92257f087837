// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>FreeRTOS' full demonstration for Arm's MPS2; docs/conformance.md says how to make it.</summary>
public sealed class FreeRtosTests
{
    private const int SecondsOfReport = 5;

    [FactWithDemonstration]
    public async Task All_tasks_of_the_full_demonstration_are_well_every_five_seconds()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("FREERTOS_SECONDS") ?? "30", CultureInfo.InvariantCulture);
        // It is made for QEMU's eight bits of priority.
        using var machine = new OurMachine("mps2-an385", FactWithDemonstrationAttribute.Image!, coreOptions: ("priorityBits", "8"));
        for (var at = SecondsOfReport; at <= seconds; at += SecondsOfReport)
        {
            var report = await machine.HearAsync("\n");
            while (!report.Contains(" : ", StringComparison.Ordinal)) report = await machine.HearAsync("\n");
            Assert.StartsWith($"PASS : {at}", report.Trim(), StringComparison.Ordinal);
        }
    }

    private sealed class FactWithDemonstrationAttribute : FactAttribute
    {
        public static string? Image { get; } = Environment.GetEnvironmentVariable("FREERTOS_MPS2");

        public FactWithDemonstrationAttribute()
        {
            if (!File.Exists(Image)) Skip = "FREERTOS_MPS2 names no RTOSDemo.elf.";
        }
    }
}
