// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>Makes the blueprint of a VM that keeps its texts.</summary>
public static class Blueprints
{
    /// <summary>Under this name a VM keeps its manifest's text.</summary>
    public const string Manifest = "manifest";

    /// <summary>Under this name a VM keeps its machine's text.</summary>
    public const string Machine = "machine";

    /// <summary>Puts the descriptions together.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="manifestText">The text that it was read from.</param>
    /// <param name="machine">Its machine.</param>
    /// <param name="firmware">What it runs; null: the file that the manifest names.</param>
    /// <exception cref="FirmwareException">The firmware cannot be read or loaded.</exception>
    public static MachineBlueprint Create(VirtualMachineDescription vm, string manifestText, MachineSource machine, FirmwareImage? firmware = null) =>
        MachineBlueprint.From(machine.Machine, vm, firmware) with
        {
            Descriptions = new Dictionary<string, string> { [Manifest] = manifestText, [Machine] = machine.Text },
        };

    /// <summary>Where raw firmware is loaded: at the beginning of the machine's main memory.</summary>
    public static ulong RawFirmwareAddress(MachineDescription machine) =>
        (machine.Memory.FirstOrDefault(region => region.SizeBytes is null) ?? machine.Memory[0]).At;
}
