// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Cli;

/// <summary>Reads what a manifest boots from. Apart from its caller, so that other commands load no YAML reader.</summary>
internal static class ManifestFirmware
{
    /// <summary>The image: files as the manifest says, from the manifest's own folder.</summary>
    /// <param name="text">The manifest.</param>
    /// <param name="manifestFile">Its file.</param>
    /// <param name="firmwareFile">Other firmware than it names; null for none.</param>
    /// <exception cref="FirmwareException">A file cannot be read or used.</exception>
    public static byte[] Read(string text, string manifestFile, string? firmwareFile)
    {
        var vm = DescriptionReader.ParseVirtualMachine(text, manifestFile);
        return BootFiles.Read(firmwareFile is null ? vm : vm with { Firmware = Path.GetFullPath(firmwareFile) });
    }
}
