// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>One device's accesses to offsets that mean nothing: each is counted, the first is logged.</summary>
internal sealed class UnassignedAccess(string device, VmLog log) : IUnassigned
{
    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public ulong Read(uint offset)
    {
        Note("read of", offset);
        return 0;
    }

    /// <inheritdoc/>
    public void Write(uint offset, ulong value) => Note("write to", offset);

    /// <summary>Counts an access that never reached the device: misaligned, or beyond the window's end.</summary>
    public void Note(string what, uint offset)
    {
        if (Count++ == 0)
            log(VmLogLevel.Warning, device, $"{what} unassigned offset 0x{offset:x}; further ones are only counted");
    }
}
