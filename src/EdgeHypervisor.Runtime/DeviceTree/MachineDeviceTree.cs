// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Runtime;

/// <summary>Makes the device tree of a machine from what its parts say of themselves and how they are wired.</summary>
/// <remarks>
/// Devicetree Specification 0.4; Linux bindings <c>riscv/cpus.yaml</c>, <c>interrupt-controller</c>, <c>simple-bus</c>. The shape is
/// that of QEMU's <c>virt</c>: devices under <c>/soc</c>, addresses and sizes of two cells, one interrupt cell.
/// </remarks>
internal sealed class MachineDeviceTree
{
    private const uint NoInterrupt = uint.MaxValue; // an output that leads nowhere, where the position matters

    private readonly string _model;
    private readonly IReadOnlyList<RegionLayout> _memory;
    private readonly IReadOnlyList<DeviceTreePart> _cores;
    private readonly IReadOnlyList<DeviceTreePart> _devices;
    private readonly BootSettings _boot;
    private readonly Dictionary<string, int> _handles = new(StringComparer.Ordinal);
    private readonly List<Clock> _clocks = []; // the slowest first
    private readonly DeviceTreeNode _root = new("");

    private MachineDeviceTree(
        string model, IReadOnlyList<RegionLayout> memory, IReadOnlyList<DeviceTreePart> cores,
        IReadOnlyList<DeviceTreePart> devices, BootSettings boot)
    {
        (_model, _memory, _cores, _devices, _boot) = (model, memory, cores, devices, boot);
        foreach (var core in cores) _handles.Add(core.Name, NextHandle());
        foreach (var core in cores) _handles.Add(InterruptsOf(core.Name), NextHandle());
        foreach (var device in devices.Where(d => d.IsInterruptController || d.Description.Companions.Count > 0))
            _handles.Add(device.Name, NextHandle());
        foreach (var device in devices)
        {
            if (device.Description.ClockHz is { } rate && !_clocks.Exists(clock => clock.RateHz == rate)) _clocks.Add(new Clock(rate));
        }
        _clocks.Sort((a, b) => a.RateHz.CompareTo(b.RateHz));
        for (var i = 0; i < _clocks.Count; i++) _clocks[i].Handle = (uint)(_handles.Count + i + 1);
    }

    /// <summary>The tree as a blob.</summary>
    public static byte[] Build(
        string model, IReadOnlyList<RegionLayout> memory, IReadOnlyList<DeviceTreePart> cores,
        IReadOnlyList<DeviceTreePart> devices, BootSettings boot) =>
        FlattenedDeviceTree.Write(new MachineDeviceTree(model, memory, cores, devices, boot).BuildRoot());

    private static string InterruptsOf(string core) => core + " interrupts";

    private static string Hex(ulong value) => value.ToString("x", CultureInfo.InvariantCulture);

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var part in bytes) value = value << 8 | part;
        return Hex(value);
    }

    private static string NodeName(DeviceTreePart device) =>
        device.At is { } at ? $"{device.Description.Name}@{Hex(at)}" : device.Name;

    private int NextHandle() => _handles.Count + 1;

    private uint HandleOf(string name) => (uint)_handles[name];

    private DeviceTreeNode BuildRoot()
    {
        _root.AddressCells(2, 2).Text("compatible", "riscv-virtio").Text("model", _model);
        AddChosen();
        AddAliases();
        foreach (var region in _memory.Where(r => !r.ReadOnly))
            _root.Add($"memory@{Hex(region.Start)}").Text("device_type", "memory").Range("reg", region.Start, region.LengthBytes);
        AddCores();
        foreach (var clock in _clocks) AddClock(clock);
        var soc = _root.Add("soc").AddressCells(2, 2).Text("compatible", "simple-bus").Flag("ranges");
        foreach (var device in _devices) AddDevice(soc, device);
        foreach (var device in _devices) AddCompanions(device);
        return _root;
    }

    private void AddChosen()
    {
        var chosen = _root.Add("chosen");
        if (_boot.CommandLine.Length > 0) chosen.Text("bootargs", _boot.CommandLine);
        if (_devices.FirstOrDefault(d => d.Description.IsConsole) is { } console) chosen.Text("stdout-path", $"/soc/{NodeName(console)}");
        if (_boot.InitialFileSystem is { } initial)
        {
            var end = initial.Start + initial.LengthBytes;
            chosen.Cells("linux,initrd-start", (uint)(initial.Start >> 32), (uint)initial.Start);
            chosen.Cells("linux,initrd-end", (uint)(end >> 32), (uint)end);
        }
        if (!_boot.RandomSeed.IsEmpty) chosen.With(new DeviceTreeProperty("rng-seed", _boot.RandomSeed));
    }

    /// <summary>Numbers that stay the same whatever order a kernel finds things in: <c>ttyS0</c> is the first serial port.</summary>
    private void AddAliases()
    {
        var aliases = new DeviceTreeNode("aliases");
        foreach (var kind in (string[])["serial", "i2c", "spi"])
        {
            var index = 0;
            foreach (var device in _devices.Where(d => d.Description.Name == kind)) aliases.Text($"{kind}{index++}", $"/soc/{NodeName(device)}");
        }
        if (aliases.Properties.Count > 0) _root.Add(aliases);
    }

    private void AddCores()
    {
        var cpus = _root.Add("cpus").AddressCells(1, 0);
        if (_devices.FirstOrDefault(d => d.Description.TimebaseHz is not null)?.Description.TimebaseHz is { } timebaseHz)
            cpus.Cells("timebase-frequency", timebaseHz);
        for (var i = 0; i < _cores.Count; i++) AddCore(cpus, _cores[i], (uint)i);
    }

    private void AddCore(DeviceTreeNode cpus, DeviceTreePart core, uint index)
    {
        var cpu = cpus.Add($"cpu@{Hex(index)}")
            .Cells("phandle", HandleOf(core.Name)).Text("device_type", "cpu").Cells("reg", index).Text("status", "okay")
            .Text("compatible", core.Description.Compatible);
        foreach (var property in core.Description.Properties) cpu.With(property);
        cpu.Add("interrupt-controller")
            .Cells("#address-cells", 0).Cells("#interrupt-cells", 1).Flag("interrupt-controller")
            .Text("compatible", core.Description.InterruptControllerCompatible).Cells("phandle", HandleOf(InterruptsOf(core.Name)));
    }

    private void AddClock(Clock clock) =>
        _root.Add($"clock-{clock.RateHz.ToString(CultureInfo.InvariantCulture)}")
            .Text("compatible", "fixed-clock").Cells("#clock-cells", 0).Cells("clock-frequency", clock.RateHz).Cells("phandle", clock.Handle);

    private void AddDevice(DeviceTreeNode soc, DeviceTreePart device)
    {
        var node = soc.Add(NodeName(device)).Text("compatible", device.Description.Compatible);
        if (device.At is { } at) node.Range("reg", at, device.WindowBytes);
        AddInterrupts(node, device);
        if (device.Description.ClockHz is { } clockHz) node.Cells("clocks", _clocks.First(clock => clock.RateHz == clockHz).Handle);
        if (device.IsInterruptController) node.Flag("interrupt-controller").Cells("#interrupt-cells", 1);
        if (_handles.TryGetValue(device.Name, out var handle)) node.Cells("phandle", (uint)handle);
        foreach (var property in device.Description.Properties) node.With(property);
        foreach (var child in device.Description.Children) AddChild(node, child);
    }

    private static void AddChild(DeviceTreeNode parent, DeviceTreeDescription child)
    {
        var unit = child.Properties.FirstOrDefault(p => p.Name == "reg");
        var name = unit is null ? child.Name : $"{child.Name}@{Hex(unit.Value.Span)}";
        var node = parent.Add(name).Text("compatible", child.Compatible);
        foreach (var property in child.Properties) node.With(property);
    }

    private void AddCompanions(DeviceTreePart device)
    {
        foreach (var companion in device.Description.Companions)
        {
            var node = _root.Add(companion.Name).Text("compatible", companion.Compatible).Cells("regmap", HandleOf(device.Name));
            foreach (var property in companion.Properties) node.With(property);
        }
    }

    // Interrupts. One parent is named once; a device that is wired to cores (an interrupt controller, the timer) names each.

    private void AddInterrupts(DeviceTreeNode node, DeviceTreePart device)
    {
        var wires = device.Description.Interrupts.Select(output => device.Wires.FirstOrDefault(w => w.Output == output)).ToList();
        if (wires.All(wire => wire is null)) return;
        if (wires.Any(wire => wire is not null && IsCore(wire.Target))) AddExtended(node, wires);
        else AddNumbered(node, [.. wires.OfType<WireSpec>()]);
    }

    private bool IsCore(string name) => _cores.Any(core => core.Name == name);

    private void AddExtended(DeviceTreeNode node, List<WireSpec?> wires)
    {
        var cells = new uint[2 * wires.Count];
        for (var i = 0; i < wires.Count; i++)
        {
            var wire = wires[i];
            cells[2 * i] = HandleOf(InterruptsOf(wire?.Target ?? _cores[0].Name));
            cells[(2 * i) + 1] = wire is null ? NoInterrupt : NumberOf(wire);
        }
        node.Cells("interrupts-extended", cells);
    }

    private uint NumberOf(WireSpec wire)
    {
        var inputs = _cores.First(core => core.Name == wire.Target).Description.Inputs;
        return inputs.FirstOrDefault(input => input.Name == wire.Input)?.Number ?? NoInterrupt;
    }

    private void AddNumbered(DeviceTreeNode node, WireSpec[] wires)
    {
        var parent = wires[0].Target;
        if (!_handles.TryGetValue(parent, out var handle)) return; // to something that the tree does not describe
        node.Cells("interrupt-parent", (uint)handle);
        var toParent = Array.FindAll(wires, wire => wire.Target == parent);
        var numbers = new uint[toParent.Length];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = uint.Parse(toParent[i].Input, CultureInfo.InvariantCulture);
        node.Cells("interrupts", numbers);
    }

    private sealed record Clock(uint RateHz)
    {
        public uint Handle { get; set; }
    }
}
