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
    public static DeviceTreeImage? TryBuild(MachineBlueprint blueprint, MachinePart<ICore>[] cores, MachinePart<IDevice>[] devices)
    {
        if (blueprint.BootArgument != 0) return null; // the caller brings its own
        if (DescribeCores(cores) is not { } describedCores) return null;
        var blob = MachineDeviceTree.Build(
            $"edgehypervisor,{blueprint.Machine}", blueprint.Regions, describedCores, DescribeDevices(blueprint.Devices, devices), blueprint.Boot);
        if (blueprint.Boot.NextStage is not { } next) return Place(blueprint, blob, 0) is { } alone ? new DeviceTreeImage(alone, null) : null;
        var told = next.ToBytes();
        var tree = Place(blueprint, blob, sizeof(ulong) + told.Length)
            ?? throw new MachineException("memory", "no room for a device tree behind kernel and initial file system: give the VM more memory");
        var toldAt = (tree.Address + (ulong)blob.Length + sizeof(ulong) - 1) & ~(ulong)(sizeof(ulong) - 1);
        return new DeviceTreeImage(tree, new FirmwareSegment(toldAt, told));
    }

    private static DeviceTreePart[]? DescribeCores(MachinePart<ICore>[] cores)
    {
        var described = new DeviceTreePart[cores.Length];
        for (var i = 0; i < cores.Length; i++)
        {
            if (cores[i].Part is not IDeviceTreeSource source) return null;
            described[i] = new DeviceTreePart(cores[i].Info.Name, source.DeviceTree);
        }
        return described;
    }

    private static DeviceTreePart[] DescribeDevices(IReadOnlyList<DeviceBlueprint> blueprints, MachinePart<IDevice>[] devices)
    {
        var described = new DeviceTreePart[devices.Length];
        var count = 0;
        for (var i = 0; i < devices.Length; i++)
        {
            if (devices[i].Part is IDeviceTreeSource source) described[count++] = Describe(blueprints[i], devices[i].Part, source.DeviceTree);
        }
        Array.Resize(ref described, count);
        return described;
    }

    private static DeviceTreePart Describe(DeviceBlueprint blueprint, IDevice device, DeviceTreeDescription description) =>
        new(blueprint.Name, description)
        {
            At = blueprint.At,
            WindowBytes = (device as IMmioDevice)?.WindowBytes ?? 0,
            IsInterruptController = device is IInterruptController,
            Wires = blueprint.Wires,
        };

    /// <summary>At the end of the main memory, out of the way of what grows from its start.</summary>
    private static FirmwareSegment? Place(MachineBlueprint blueprint, byte[] blob, int moreBytes)
    {
        var lengthBytes = (ulong)(blob.Length + moreBytes);
        var ram = FindMainMemory(blueprint.Regions);
        if (ram is null || ram.LengthBytes < lengthBytes + SmallPage) return null;
        var page = ram.LengthBytes >= LargeMemory ? LargePage : SmallPage;
        var end = Math.Min(ram.Start + ram.LengthBytes, Math.Max(HighestEnd, ram.Start + LargeMemory));
        var at = (end - lengthBytes) & ~(page - 1);
        if (at < ram.Start || Overlaps(blueprint.Firmware?.Segments ?? [], at, lengthBytes) || Overlaps(blueprint.Images, at, lengthBytes)) return null;
        return new FirmwareSegment(at, SharedContent.Of(blob));
    }

    private static RegionLayout? FindMainMemory(IReadOnlyList<RegionLayout> regions)
    {
        for (var i = 0; i < regions.Count; i++)
        {
            if (!regions[i].ReadOnly) return regions[i];
        }
        return null;
    }

    private static bool Overlaps(IReadOnlyList<FirmwareSegment> segments, ulong at, ulong lengthBytes)
    {
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i].Address < at + lengthBytes && at < segments[i].Address + (ulong)segments[i].Bytes.Length) return true;
        }
        return false;
    }
}
