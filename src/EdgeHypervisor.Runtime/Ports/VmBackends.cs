// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;

namespace EdgeHypervisor.Runtime;

/// <summary>The disks and networks of one VM, by the names of its devices.</summary>
public sealed class VmBackends
{
    private readonly string _vm;
    private readonly Func<DiskDescription, string> _locate;
    private readonly Func<string, LocalNetwork> _findNetwork;
    private readonly IReadOnlyList<DiskDescription> _disks;
    private readonly IReadOnlyDictionary<string, string> _networks;
    private readonly HashSet<string> _unused = [];
    private FileBlockPort[] _open = [];
    private LocalNetworkPort[] _connected = [];

    /// <summary>Takes what a manifest asks for; nothing is opened yet.</summary>
    /// <param name="vm">The manifest.</param>
    /// <param name="locate">Says where a disk's file is, or throws why it may not be used.</param>
    /// <param name="findNetwork">The board's network of a name.</param>
    /// <exception cref="MachineException">Two disks are of one device.</exception>
    public VmBackends(VirtualMachineDescription vm, Func<DiskDescription, string> locate, Func<string, LocalNetwork> findNetwork)
    {
        (_vm, _locate, _findNetwork, _disks, _networks) = (vm.Name, locate, findNetwork, vm.Disks, vm.Networks);
        for (var i = 0; i < _disks.Count; i++)
        {
            var disk = _disks[i];
            if (!_unused.Add(disk.Device)) throw new MachineException($"{disk.Where}: disks.{disk.Device}", "there are two of this device");
        }
        foreach (var (device, _) in _networks) _unused.Add(device);
    }

    /// <summary>Disk requests under way.</summary>
    public int Outstanding
    {
        get
        {
            var outstanding = 0;
            foreach (var disk in _open) outstanding += disk.Outstanding;
            return outstanding;
        }
    }

    /// <summary>Opens the disk of a device; null when it has none.</summary>
    /// <exception cref="MachineException">The file cannot be used.</exception>
    public IBlockPort? OpenDisk(string device, IVmTurn turn)
    {
        if (FindDisk(device) is not { } disk) return null;
        _unused.Remove(device);
        try
        {
            var port = new FileBlockPort(_locate(disk), disk.IsReadOnly, turn);
            Array.Resize(ref _open, _open.Length + 1);
            _open[^1] = port;
            return port;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MachineException($"{disk.Where}: disks.{device}", e.Message);
        }
    }

    /// <summary>Connects the network card of a device; null when it is on no network.</summary>
    public INetPort? Connect(string device, IVmTurn turn)
    {
        if (!_networks.TryGetValue(device, out var network)) return null;
        _unused.Remove(device);
        var port = _findNetwork(network).Connect(HardwareAddress(device), turn);
        Array.Resize(ref _connected, _connected.Length + 1);
        _connected[^1] = port;
        return port;
    }

    /// <summary>Checks that there is a device for each.</summary>
    /// <exception cref="MachineException">A disk or network is of a device that the machine lacks, or that is none.</exception>
    public void RequireAllUsed()
    {
        foreach (var device in _unused)
        {
            var disk = FindDisk(device);
            throw new MachineException(
                disk is not null ? $"{disk.Where}: disks.{device}" : $"networks.{device}",
                $"the machine has no {(disk is not null ? "disk" : "network card")} '{device}'");
        }
    }

    /// <summary>Closes them.</summary>
    public void Close()
    {
        foreach (var disk in _open) disk.Dispose();
        foreach (var port in _connected) port.Dispose();
        _open = [];
        _connected = [];
    }

    private DiskDescription? FindDisk(string device)
    {
        for (var i = 0; i < _disks.Count; i++)
        {
            if (_disks[i].Device == device) return _disks[i];
        }
        return null;
    }

    // The prefix that QEMU uses, and what the names make: the same after a move, and different for each VM of a fleet.
    private byte[] HardwareAddress(string device) =>
        [0x52, 0x54, 0x00, .. SHA256.HashData(Encoding.UTF8.GetBytes($"{_vm}/{device}")).AsSpan(0, 3)];
}
