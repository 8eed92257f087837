// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Cli;

/// <summary>A profile for people.</summary>
internal static class ProfileTable
{
    public static void Write(ProfileInfo profile, TextWriter output)
    {
        var looks = Math.Max(1, profile.Samples + profile.IdleSamples);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{profile.DurationMs / 1000.0:0.0} s, {looks} looks: busy at {profile.Samples}, asleep at {profile.IdleSamples} ({100.0 * profile.IdleSamples / looks:0} %)"));
        if (profile.Symbols == 0) output.WriteLine("its firmware has no symbols: pages instead of functions");
        var table = new TextTable("SHARE", "SAMPLES", "ADDRESS", "FUNCTION");
        foreach (var place in profile.Places)
            table.Row(string.Create(CultureInfo.InvariantCulture, $"{100.0 * place.Samples / Math.Max(1, profile.Samples),5:0.0} %"), $"{place.Samples}", place.Address, place.Name);
        table.WriteTo(output);
    }
}
