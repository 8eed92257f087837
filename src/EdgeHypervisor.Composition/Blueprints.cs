// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Composition;

/// <summary>Makes the blueprint of a VM from its descriptions.</summary>
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
    /// <param name="firmware">What it runs.</param>
    public static MachineBlueprint Create(VirtualMachineDescription vm, string manifestText, MachineSource machine, FirmwareImage firmware) => new()
    {
        Name = vm.Name,
        Regions = [.. machine.Machine.Memory.Select(region => Region(region, vm))],
        CorePlugin = machine.Machine.Core.Plugin,
        CoreCount = machine.Machine.Core.Count,
        CoreOptions = machine.Machine.Core.CreateOptions(0, vm.CoreOptions).Values,
        Devices = [.. machine.Machine.Devices.Select(Device)],
        Firmware = firmware,
        Clock = Clock(vm.Clock),
        Scheduling = Scheduling(vm.Scheduling),
        Descriptions = new Dictionary<string, string> { [Manifest] = manifestText, [Machine] = machine.Text },
    };

    /// <summary>Where raw firmware is loaded: at the beginning of the machine's lowest memory.</summary>
    public static ulong RawFirmwareAddress(MachineDescription machine) => machine.Memory.Min(region => region.At);

    private static RegionLayout Region(MemoryRegionDescription region, VirtualMachineDescription vm) =>
        new(region.Name, region.At, region.SizeBytes ?? (ulong)vm.MemoryBytes, region.IsReadOnly);

    private static DeviceBlueprint Device(DeviceDescription device) => new()
    {
        Name = device.Name,
        Plugin = device.Plugin,
        At = device.At,
        Options = device.Options,
        Wires = [.. device.Wires.Select(wire => new WireSpec(wire.Output, wire.Component, wire.Input))],
    };

    private static ClockSettings Clock(ClockDescription clock) => new()
    {
        Mode = clock.Mode == Descriptions.ClockMode.Deterministic ? Runtime.ClockMode.Deterministic : Runtime.ClockMode.Host,
        InstructionNs = clock.InstructionNs,
        LostTime = clock.LostTime == LostTime.CatchUp ? LostTimePolicy.CatchUp : LostTimePolicy.Hide,
    };

    private static SchedulingSettings Scheduling(SchedulingDescription scheduling) => new()
    {
        Weight = scheduling.Weight,
        CapPercent = scheduling.CapPercent,
        DedicatedThread = scheduling.DedicatedThread,
    };
}
