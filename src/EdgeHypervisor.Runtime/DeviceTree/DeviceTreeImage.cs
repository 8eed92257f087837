// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>The device tree of a built machine and what goes with it, at its place in memory.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="NextStage">What tells the firmware what to start, behind the tree; null when nothing is to be told.</param>
internal sealed record DeviceTreeImage(FirmwareSegment Tree, FirmwareSegment? NextStage)
{
    private const ulong LargePage = 2 << 20, SmallPage = 4 << 10, LargeMemory = 16 << 20;
    private const ulong HighestEnd = 0xC000_0000; // below 3 GiB, where 32-bit kernels reach it, as QEMU has it

    /// <summary>Builds it; null when a core does not describe itself, or memory has no room for it beside the firmware.</summary>
    /// <exception cref="MachineException">There is a kernel, which cannot do without.</exception>
    public static DeviceTreeImage? TryBuild(
        MachineBlueprint blueprint, IReadOnlyList<MachinePart<ICore>> cores, IReadOnlyList<MachinePart<IDevice>> devices)
    {
        if (blueprint.BootArgument != 0) return null; // the caller brings its own
        if (!cores.All(core => core.Part is IDeviceTreeSource)) return null;
        var blob = MachineDeviceTree.Build(
            $"edgehypervisor,{blueprint.Machine}", blueprint.Regions,
            [.. cores.Select(core => new DeviceTreePart(core.Info.Name, ((IDeviceTreeSource)core.Part).DeviceTree))],
            [.. blueprint.Devices.Zip(devices, Describe).OfType<DeviceTreePart>()], blueprint.Boot);
        if (blueprint.Boot.NextStage is not { } next) return Place(blueprint, blob, 0) is { } alone ? new DeviceTreeImage(alone, null) : null;
        var told = next.ToBytes();
        var tree = Place(blueprint, blob, sizeof(ulong) + told.Length)
            ?? throw new MachineException("memory", "no room for a device tree behind kernel and initial file system: give the VM more memory");
        var toldAt = (tree.Address + (ulong)blob.Length + sizeof(ulong) - 1) & ~(ulong)(sizeof(ulong) - 1);
        return new DeviceTreeImage(tree, new FirmwareSegment(toldAt, told));
    }

    private static DeviceTreePart? Describe(DeviceBlueprint blueprint, MachinePart<IDevice> device) =>
        device.Part is not IDeviceTreeSource source ? null : new DeviceTreePart(blueprint.Name, source.DeviceTree)
        {
            At = blueprint.At,
            WindowBytes = (device.Part as IMmioDevice)?.WindowBytes ?? 0,
            IsInterruptController = device.Part is IInterruptController,
            Wires = blueprint.Wires,
        };

    /// <summary>At the end of the main memory, out of the way of what grows from its start.</summary>
    private static FirmwareSegment? Place(MachineBlueprint blueprint, byte[] blob, int moreBytes)
    {
        var lengthBytes = (ulong)(blob.Length + moreBytes);
        var ram = blueprint.Regions.FirstOrDefault(region => !region.ReadOnly);
        if (ram is null || ram.LengthBytes < lengthBytes + SmallPage) return null;
        var page = ram.LengthBytes >= LargeMemory ? LargePage : SmallPage;
        var end = Math.Min(ram.Start + ram.LengthBytes, Math.Max(HighestEnd, ram.Start + LargeMemory));
        var at = (end - lengthBytes) & ~(page - 1);
        var taken = (blueprint.Firmware?.Segments ?? []).Concat(blueprint.Images);
        var overlaps = taken.Any(s => s.Address < at + lengthBytes && at < s.Address + (ulong)s.Bytes.Length);
        return at < ram.Start || overlaps ? null : new FirmwareSegment(at, SharedContent.Of(blob));
    }
}
