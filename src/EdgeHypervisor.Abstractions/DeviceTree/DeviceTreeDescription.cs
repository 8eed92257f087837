// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>The node of a device or core in the machine's device tree, as far as it is known to the device itself.</summary>
/// <param name="Name">The generic name: <c>serial</c>, <c>gpio</c>, <c>cpu</c> (Devicetree Specification 0.4, section 2.2.2).</param>
/// <param name="Compatible">What drivers match, the most specific first; a companion or child may have none.</param>
public sealed record DeviceTreeDescription(string Name, params string[] Compatible)
{
    /// <summary>Properties beside <c>compatible</c>, <c>reg</c>, <c>interrupts</c> and <c>clocks</c>, which the machine writes.</summary>
    public DeviceTreeProperty[] Properties { get; init; } = [];

    /// <summary>Interrupt outputs in the order that the binding wants. An output that is not wired is left out.</summary>
    public string[] Interrupts { get; init; } = [];

    /// <summary>
    /// For cores: the numbers of the interrupt inputs in the architecture; the machine adds the interrupt-controller node.
    /// </summary>
    public DeviceTreeInput[] Inputs { get; init; } = [];

    /// <summary>What drives the core's own interrupt controller: <c>riscv,cpu-intc</c>.</summary>
    public string InterruptControllerCompatible { get; init; } = "";

    /// <summary>Its input clock in hertz; the machine makes a fixed clock of it and refers to it by <c>clocks</c>.</summary>
    public uint? ClockHz { get; init; }

    /// <summary>Ticks of the machine's time in a second, for the device that keeps it; written for all cores.</summary>
    public uint? TimebaseHz { get; init; }

    /// <summary>Whether an operating system may use it as its console; the first such device is <c>stdout-path</c>.</summary>
    public bool IsConsole { get; init; }

    /// <summary>Nodes below it; <see cref="DeviceTreeProperty"/> <c>reg</c> gives each its unit address.</summary>
    public DeviceTreeDescription[] Children { get; init; } = [];

    /// <summary>Nodes beside the devices that refer to this one by their property <c>regmap</c>, as <c>syscon-poweroff</c> does.</summary>
    public DeviceTreeDescription[] Companions { get; init; } = [];

    /// <summary>The names of several outputs of a kind: <c>irq0</c>, <c>irq1</c>, and so on.</summary>
    public static string[] Outputs(string kind, int count)
    {
        var names = new string[count];
        for (var i = 0; i < count; i++) names[i] = $"{kind}{i}";
        return names;
    }
}
