// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Host;

/// <summary>What a VM is made from: texts and firmware.</summary>
/// <param name="Vm">The manifest.</param>
/// <param name="ManifestText">The text that it was read from.</param>
/// <param name="Machine">Its machine.</param>
/// <param name="Image">The digest of its firmware.</param>
internal sealed record VmDefinition(VirtualMachineDescription Vm, string ManifestText, MachineSource Machine, string Image)
{
    /// <summary>Guest memory that it takes, in bytes.</summary>
    public long MemoryBytes => Machine.Machine.Memory.Sum(region => (long)(region.SizeBytes ?? (ulong)Vm.MemoryBytes));
}
