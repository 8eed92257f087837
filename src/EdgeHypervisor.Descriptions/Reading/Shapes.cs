// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions.Reading;

/// <summary>All mappings with fixed fields.</summary>
internal static class Shapes
{
    public static Shape Board { get; } = new("board", "", ["kind", "name", "peripherals"], ["description", "model", "labels", "lend", "header"]);
    public static Shape Peripheral { get; } = new("board", "peripheral", ["driver"], ["pin", "note", "lend"]);
    public static Shape Header { get; } = new("board", "header", ["pins"], ["columns"]);
    public static Shape HeaderPin { get; } = new("board", "headerPin", ["name"], ["line", "functions"]);

    public static Shape Machine { get; } = new("machine", "", ["kind", "name", "core", "memory"], ["description", "devices"]);
    public static Shape Core { get; } = new("machine", "core", ["plugin"], ["count", "options"]);
    public static Shape MemoryRegion { get; } = new("machine", "memoryRegion", ["at"], ["size", "readOnly", "erased", "aliasOf", "offset"]);
    public static Shape Device { get; } = new("machine", "device", ["plugin"], ["at", "options", "wires"]);

    public static Shape VirtualMachine { get; } = new("virtual-machine", "", ["kind", "name", "machine"],
        ["firmware", "boot", "description", "memory", "core", "clock", "scheduling", "autostart", "restart", "labels", "map", "disks", "networks"]);
    public static Shape Boot { get; } = new("virtual-machine", "boot", [], ["kernel", "initrd", "commandLine"]);
    public static Shape Disk { get; } = new("virtual-machine", "disk", ["file"], ["readOnly"]);
    public static Shape Clock { get; } = new("virtual-machine", "clock", [], ["mode", "instructionNs", "lostTime"]);
    public static Shape Scheduling { get; } = new("virtual-machine", "scheduling", [], ["weight", "capPercent", "dedicatedThread"]);
    public static Shape Mapping { get; } = new("virtual-machine", "mapping", ["to"],
        ["access", "priority", "leaseMs", "budget", "onMove", "onLinkLoss", "safe", "onPause", "onStop", "onFault", "onHandover", "onServiceRestart", "onLeaseEnd"]);
    public static Shape MappingTarget { get; } = new("virtual-machine", "mappingTarget", ["role"], ["address"]);
    public static Shape Budget { get; } = new("virtual-machine", "budget", ["perSecond"], ["burst"]);

    public static Shape[] All =>
        [Board, Peripheral, Header, HeaderPin, Machine, Core, MemoryRegion, Device, VirtualMachine, Boot, Disk, Clock, Scheduling, Mapping, MappingTarget, Budget];
}
