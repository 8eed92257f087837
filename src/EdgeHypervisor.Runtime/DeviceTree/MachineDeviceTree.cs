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
    private readonly DeviceTreePart[] _cores;
    private readonly DeviceTreePart[] _devices;
    private readonly BootSettings _boot;
    private readonly uint[] _clockRates; // the slowest first
    private readonly int _clockCount;
    private readonly uint _firstClock; // its handle; those of the others follow
    private readonly FlattenedDeviceTree _tree = new();

    private MachineDeviceTree(
        string model, IReadOnlyList<RegionLayout> memory, DeviceTreePart[] cores, DeviceTreePart[] devices, BootSettings boot)
    {
        (_model, _memory, _cores, _devices, _boot) = (model, memory, cores, devices, boot);
        var handle = 0u;
        foreach (var core in cores) core.Handle = ++handle;
        handle += (uint)cores.Length; // of their interrupts
        foreach (var device in devices)
        {
            if (device.IsInterruptController || device.Description.Companions.Length > 0) device.Handle = ++handle;
        }
        _firstClock = handle + 1;
        _clockRates = new uint[devices.Length];
        foreach (var device in devices)
        {
            if (device.Description.ClockHz is not { } rate || FindClock(rate) >= 0) continue;
            var at = _clockCount++;
            for (; at > 0 && _clockRates[at - 1] > rate; at--) _clockRates[at] = _clockRates[at - 1];
            _clockRates[at] = rate;
        }
    }

    /// <summary>The tree as a blob.</summary>
    public static byte[] Build(
        string model, IReadOnlyList<RegionLayout> memory, DeviceTreePart[] cores, DeviceTreePart[] devices, BootSettings boot) =>
        new MachineDeviceTree(model, memory, cores, devices, boot).Build();

    private static string Hex(ulong value) => value.ToString("x", CultureInfo.InvariantCulture);

    private static string Hex(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var part in bytes) value = value << 8 | part;
        return Hex(value);
    }

    private static string NodeName(DeviceTreePart device) =>
        device.At is { } at ? $"{device.Description.Name}@{Hex(at)}" : device.Name;

    private static DeviceTreePart? Find(DeviceTreePart[] parts, string name)
    {
        foreach (var part in parts)
        {
            if (part.Name == name) return part;
        }
        return null;
    }

    private int FindClock(uint rateHz)
    {
        for (var i = 0; i < _clockCount; i++)
        {
            if (_clockRates[i] == rateHz) return i;
        }
        return -1;
    }

    private uint InterruptsOf(DeviceTreePart core) => core.Handle + (uint)_cores.Length;

    private byte[] Build()
    {
        _tree.Begin("").AddressCells(2, 2).Text("compatible", "riscv-virtio").Text("model", _model);
        AddChosen();
        AddAliases();
        for (var i = 0; i < _memory.Count; i++) AddMemory(_memory[i]);
        AddCores();
        for (var i = 0; i < _clockCount; i++) AddClock(_clockRates[i], _firstClock + (uint)i);
        _tree.Begin("soc").AddressCells(2, 2).Text("compatible", "simple-bus").Flag("ranges");
        foreach (var device in _devices) AddDevice(device);
        _tree.End();
        foreach (var device in _devices) AddCompanions(device);
        _tree.End();
        return _tree.ToBlob();
    }

    private void AddChosen()
    {
        _tree.Begin("chosen");
        if (_boot.CommandLine.Length > 0) _tree.Text("bootargs", _boot.CommandLine);
        foreach (var device in _devices)
        {
            if (!device.Description.IsConsole) continue;
            _tree.Text("stdout-path", $"/soc/{NodeName(device)}");
            break;
        }
        if (_boot.InitialFileSystem is { } initial)
        {
            _tree.Address("linux,initrd-start", initial.Start);
            _tree.Address("linux,initrd-end", initial.Start + initial.LengthBytes);
        }
        if (!_boot.RandomSeed.IsEmpty) _tree.Add("rng-seed", _boot.RandomSeed.Span);
        _tree.End();
    }

    /// <summary>Numbers that stay the same whatever order a kernel finds things in: <c>ttyS0</c> is the first serial port.</summary>
    private void AddAliases()
    {
        var isBegun = false;
        foreach (var kind in (string[])["serial", "i2c", "spi"])
        {
            var index = 0;
            foreach (var device in _devices)
            {
                if (device.Description.Name != kind) continue;
                if (!isBegun) _tree.Begin("aliases");
                isBegun = true;
                _tree.Text($"{kind}{index++}", $"/soc/{NodeName(device)}");
            }
        }
        if (isBegun) _tree.End();
    }

    private void AddMemory(RegionLayout region)
    {
        if (region.ReadOnly) return;
        _tree.Begin($"memory@{Hex(region.Start)}").Text("device_type", "memory").Range("reg", region.Start, region.LengthBytes).End();
    }

    private void AddCores()
    {
        _tree.Begin("cpus").AddressCells(1, 0);
        foreach (var device in _devices)
        {
            if (device.Description.TimebaseHz is not { } timebaseHz) continue;
            _tree.Cells("timebase-frequency", timebaseHz);
            break;
        }
        for (var i = 0; i < _cores.Length; i++) AddCore(_cores[i], (uint)i);
        _tree.End();
    }

    private void AddCore(DeviceTreePart core, uint index)
    {
        _tree.Begin($"cpu@{Hex(index)}")
            .Cells("phandle", core.Handle).Text("device_type", "cpu").Cells("reg", index).Text("status", "okay")
            .Text("compatible", core.Description.Compatible);
        foreach (var property in core.Description.Properties) _tree.Add(property);
        _tree.Begin("interrupt-controller")
            .Cells("#address-cells", 0).Cells("#interrupt-cells", 1).Flag("interrupt-controller")
            .Text("compatible", core.Description.InterruptControllerCompatible).Cells("phandle", InterruptsOf(core)).End();
        _tree.End();
    }

    private void AddClock(uint rateHz, uint handle) =>
        _tree.Begin($"clock-{rateHz.ToString(CultureInfo.InvariantCulture)}")
            .Text("compatible", "fixed-clock").Cells("#clock-cells", 0).Cells("clock-frequency", rateHz).Cells("phandle", handle).End();

    private void AddDevice(DeviceTreePart device)
    {
        _tree.Begin(NodeName(device)).Text("compatible", device.Description.Compatible);
        if (device.At is { } at) _tree.Range("reg", at, device.WindowBytes);
        AddInterrupts(device);
        if (device.Description.ClockHz is { } clockHz) _tree.Cells("clocks", _firstClock + (uint)FindClock(clockHz));
        if (device.IsInterruptController) _tree.Flag("interrupt-controller").Cells("#interrupt-cells", 1);
        if (device.Handle != 0) _tree.Cells("phandle", device.Handle);
        foreach (var property in device.Description.Properties) _tree.Add(property);
        foreach (var child in device.Description.Children) AddChild(child);
        _tree.End();
    }

    private void AddChild(DeviceTreeDescription child)
    {
        var name = child.Name;
        foreach (var property in child.Properties)
        {
            if (property.Name != "reg") continue;
            name = $"{name}@{Hex(property.Value.Span)}";
            break;
        }
        _tree.Begin(name).Text("compatible", child.Compatible);
        foreach (var property in child.Properties) _tree.Add(property);
        _tree.End();
    }

    private void AddCompanions(DeviceTreePart device)
    {
        foreach (var companion in device.Description.Companions)
        {
            _tree.Begin(companion.Name).Text("compatible", companion.Compatible).Cells("regmap", device.Handle);
            foreach (var property in companion.Properties) _tree.Add(property);
            _tree.End();
        }
    }

    // Interrupts. One parent is named once; a device that is wired to cores (an interrupt controller, the timer) names each.

    private void AddInterrupts(DeviceTreePart device)
    {
        var outputs = device.Description.Interrupts;
        var wires = new WireSpec?[outputs.Length];
        WireSpec? first = null;
        var leadsToCore = false;
        for (var i = 0; i < outputs.Length; i++)
        {
            if (device.FindWire(outputs[i]) is not { } wire) continue;
            wires[i] = wire;
            first ??= wire;
            leadsToCore |= Find(_cores, wire.Target) is not null;
        }
        if (first is null) return;
        if (leadsToCore) AddExtended(wires);
        else AddNumbered(wires, first.Target);
    }

    private void AddExtended(WireSpec?[] wires)
    {
        var cells = new uint[2 * wires.Length];
        for (var i = 0; i < wires.Length; i++)
        {
            var wire = wires[i];
            var core = wire is null ? _cores[0] : Find(_cores, wire.Target)!;
            cells[2 * i] = InterruptsOf(core);
            cells[(2 * i) + 1] = wire is null ? NoInterrupt : NumberOf(core, wire.Input);
        }
        _tree.Cells("interrupts-extended", cells);
    }

    private static uint NumberOf(DeviceTreePart core, string name)
    {
        foreach (var input in core.Description.Inputs)
        {
            if (input.Name == name) return input.Number;
        }
        return NoInterrupt;
    }

    private void AddNumbered(WireSpec?[] wires, string parent)
    {
        if (Find(_devices, parent) is not { Handle: not 0 and var handle }) return; // to something that the tree does not describe
        _tree.Cells("interrupt-parent", handle);
        var numbers = new uint[wires.Length];
        var count = 0;
        foreach (var wire in wires)
        {
            if (wire?.Target == parent) numbers[count++] = uint.Parse(wire.Input, CultureInfo.InvariantCulture);
        }
        _tree.Cells("interrupts", numbers.AsSpan(0, count));
    }
}
