// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>The MPU and the default memory map. Arm B3.1, B3.5.</summary>
internal sealed unsafe class MemoryProtection(Cpu* cpu, Profile profile)
{
    private const uint ExecuteNever = 1 << 28;

    /// <summary>Whether the MPU has a say at all.</summary>
    public bool IsEnabled => (cpu->State.MpuControl & SystemControlBits.MpuEnable) != 0;

    /// <summary>Whether the MPU has a say now: not in HardFault, NMI and under FAULTMASK, unless HFNMIENA says otherwise. Arm B3.5.</summary>
    public bool IsActive => IsEnabled
        && ((cpu->State.MpuControl & SystemControlBits.MpuInHardFault) != 0
            || !(cpu->State.Exception is ExceptionNumber.Nmi or ExceptionNumber.HardFault || cpu->State.Faultmask != 0));

    /// <summary>Whether an access to one byte is allowed.</summary>
    public bool Allows(uint address, bool isPrivileged, bool isWrite) =>
        !IsActive || (FindRegion(address) is { } region ? AllowedBy(cpu->State.MpuAttributes[region], isPrivileged, isWrite) : Background(isPrivileged));

    /// <summary>Whether an instruction may be fetched from here.</summary>
    public bool AllowsFetch(uint address, bool isPrivileged)
    {
        if (IsActive && FindRegion(address) is { } region)
        {
            var attributes = cpu->State.MpuAttributes[region];
            return (attributes & ExecuteNever) == 0 && !IsAlwaysExecuteNever(address) && AllowedBy(attributes, isPrivileged, isWrite: false);
        }
        return !IsExecuteNever(address) && (!IsActive || Background(isPrivileged));
    }

    /// <summary>Whether all bytes of a 4 KiB page are treated alike, so that one answer stands for all.</summary>
    public bool IsUniform(uint page)
    {
        if (!IsActive) return true;
        for (var region = 0; region < profile.MpuRegions; region++)
        {
            if (!TryGetRange(region, out var start, out var last, out var attributes)) continue;
            if (start > page + (RamRegion.PageBytes - 1) || last < page) continue;
            var hasSubregions = (attributes >> 8 & 0xFF) != 0 && last - start < 8UL * RamRegion.PageBytes;
            if (start > page || last < page + (RamRegion.PageBytes - 1) || hasSubregions) return false;
        }
        return true;
    }

    // The default map: peripherals and devices hold no code. Arm B3.1.
    private static bool IsExecuteNever(uint address) => address is (>= 0x4000_0000 and < 0x6000_0000) or >= 0xA000_0000;

    private static bool IsAlwaysExecuteNever(uint address) => address >= 0xE000_0000;

    private bool Background(bool isPrivileged) => isPrivileged && (cpu->State.MpuControl & SystemControlBits.MpuDefaultMap) != 0;

    // The highest numbered region that has the address in an enabled subregion.
    private int? FindRegion(uint address)
    {
        for (var region = profile.MpuRegions - 1; region >= 0; region--)
        {
            if (!TryGetRange(region, out var start, out var last, out var attributes) || address < start || address > last) continue;
            var length = last - start + 1;
            var subregion = (int)((address - start) / Math.Max(1, length / 8));
            if (length >= 256 && (attributes >> (8 + subregion) & 1) != 0) continue;
            return region;
        }
        return null;
    }

    private bool TryGetRange(int region, out ulong start, out ulong last, out uint attributes)
    {
        attributes = cpu->State.MpuAttributes[region];
        var size = (int)(attributes >> 1 & 31);
        var length = 1UL << (size + 1);
        start = cpu->State.MpuBase[region] & ~(length - 1);
        last = start + length - 1;
        return (attributes & 1) != 0 && size >= 4;
    }

    // AP. Arm B3.5.9, table B3-15.
    private static bool AllowedBy(uint attributes, bool isPrivileged, bool isWrite) => (attributes >> 24 & 7) switch
    {
        0 => false,
        1 => isPrivileged,
        2 => isPrivileged || !isWrite,
        3 => true,
        5 => isPrivileged && !isWrite,
        6 or 7 => !isWrite,
        _ => false,
    };
}
