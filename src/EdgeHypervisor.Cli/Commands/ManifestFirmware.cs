// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>Finds the firmware that a manifest names.</summary>
internal static class ManifestFirmware
{
    /// <summary>The file's path: as the manifest says, from the manifest's own folder.</summary>
    public static string Locate(string text, string manifestFile) => throw new NotImplementedException(text + manifestFile);
}
