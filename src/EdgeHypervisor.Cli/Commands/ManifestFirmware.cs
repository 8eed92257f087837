// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Cli;

/// <summary>Finds the firmware that a manifest names. Apart from its caller, so that other commands load no YAML reader.</summary>
internal static class ManifestFirmware
{
    /// <summary>The file's path: as the manifest says, from the manifest's own folder.</summary>
    public static string Locate(string text, string manifestFile) =>
        DescriptionReader.ParseVirtualMachine(text, manifestFile).FirmwarePath;
}
