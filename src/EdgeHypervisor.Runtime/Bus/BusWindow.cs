// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A device's window on the bus.</summary>
internal sealed class BusWindow(ulong start, IMmioDevice device, ComponentInfo component, UnassignedAccess unassigned)
{
    /// <summary>Address of the first byte.</summary>
    public ulong Start { get; } = start;

    /// <summary>Length in bytes; asked once, since a window does not change its size.</summary>
    public uint LengthBytes { get; } = device.WindowBytes;

    /// <summary>Address of the last byte.</summary>
    public ulong Last => Start + (LengthBytes - 1);

    /// <summary>The device, or what traces it. Set between slices.</summary>
    public IMmioDevice Device { get; set; } = device;

    public ComponentInfo Component { get; } = component;

    public UnassignedAccess Unassigned { get; } = unassigned;

    public long Reads { get; set; }

    public long Writes { get; set; }

    /// <summary>Whether an access lies inside and is aligned to its width.</summary>
    public bool Takes(uint offset, AccessWidth width) =>
        (offset & ((uint)width - 1)) == 0 && LengthBytes - offset >= (uint)width;
}
