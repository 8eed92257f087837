// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>
/// The files that VMs of this service may have as disks, and the networks between them. A disk is named, never reached by a path:
/// what a manifest says must not open any other file of the board.
/// </summary>
internal sealed class HostBackends(DataFolder data)
{
    private readonly ConcurrentDictionary<string, LocalNetwork> _networks = new(StringComparer.Ordinal);

    /// <summary>Those of a VM.</summary>
    public VmBackends Of(VirtualMachineDescription vm) => new(vm, Locate, name => _networks.GetOrAdd(name, _ => new LocalNetwork()));

    private string Locate(DiskDescription disk)
    {
        var isName = disk.File is not ("." or "..") && disk.File == Path.GetFileName(disk.File);
        return isName
            ? Path.Combine(data.Disks, disk.File)
            : throw new MachineException($"{disk.Where}: disks.{disk.Device}", $"'{disk.File}' is a path; put the file into {data.Disks} and write its name");
    }
}
