// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

public sealed class MachineTests
{
    private const string Virt = """
        kind: Machine
        name: virt-rv64
        core: { plugin: core.riscv, count: 1, options: { isa: rv64imac } }
        memory:
          ram: { at: 0x8000_0000 }
          rom: { at: 0x1000, size: 64Ki, readOnly: true }
        devices:
          plic:  { plugin: device.riscv.plic, at: 0x0c00_0000, wires: { context0: cpu0/meip } }
          gpio0: { plugin: device.sifive.gpio, at: 0x1006_0000, wires: { irq0..31: plic/32..63 } }
          i2c0:  { plugin: device.opencores.i2c, at: 0x1003_0000, options: { clockHz: 50_000_000 }, wires: { irq: plic/69 } }
        """;

    private static MachineDescription WithWires(string wires) => DescriptionReader.ParseMachine(
        $"{{ kind: Machine, name: m, core: {{ plugin: core.riscv }}, memory: {{ ram: {{ at: 0 }} }}, devices: {{ plic: {{ plugin: device.a, wires: {{ {wires} }} }} }} }}", "m");

    private static string WithMemory(string memory) => $"{{ kind: Machine, name: m, core: {{ plugin: core.riscv }}, memory: {{ {memory} }} }}";

    [Fact]
    public void A_machine_is_read_in_the_order_of_its_file()
    {
        var machine = DescriptionReader.ParseMachine(Virt, "virt.yaml");

        Assert.Equal(("core.riscv", 1, "rv64imac"), (machine.Core.Plugin, machine.Core.Count, machine.Core.Options["isa"]));
        Assert.Equal([("ram", 0x8000_0000ul, null, false), ("rom", 0x1000ul, 0x10000ul, true)],
            machine.Memory.Select(region => (region.Name, region.At, region.SizeBytes, region.IsReadOnly)));
        Assert.Equal(["plic", "gpio0", "i2c0"], machine.Devices.Select(device => device.Name));
        Assert.Equal(50_000_000, machine.Devices[2].CreateOptions().GetInteger("clockHz"));
    }

    [Fact]
    public void A_run_of_wires_is_written_out()
    {
        var wires = DescriptionReader.ParseMachine(Virt, "virt.yaml").Devices[1].Wires;

        Assert.Equal(Enumerable.Range(0, 32).Select(i => ($"irq{i}", "plic", $"{32 + i}")), wires.Select(wire => (wire.Output, wire.Component, wire.Input)));
    }

    [Fact]
    public void A_VMs_core_options_replace_those_of_the_machine()
    {
        var core = DescriptionReader.ParseMachine(Virt, "virt.yaml").Core;

        Assert.Equal("rv64imafdc", core.CreateOptions(0, new Dictionary<string, string> { ["isa"] = "rv64imafdc" }).GetString("isa"));
    }

    [Fact]
    public void Flash_and_its_alias_are_read()
    {
        var machine = DescriptionReader.ParseMachine(WithMemory("flash: { at: 0x800_0000, size: 1Mi, erased: 0xff }, boot: { at: 0, aliasOf: flash, offset: 64Ki }"), "m");

        Assert.Equal((true, (byte)0xff), (machine.Memory[0].IsReadOnly, machine.Memory[0].Erased));
        Assert.Equal(("flash", 0x10000ul, 0xf0000ul), (machine.Memory[1].AliasOf, machine.Memory[1].AliasOffset, machine.Memory[1].SizeBytes));
    }

    [Theory]
    [InlineData("boot: { at: 0, aliasOf: flush }, flash: { at: 0x1000, size: 4Ki }", "did you mean 'flash'?")]
    [InlineData("boot: { at: 0, aliasOf: flash, size: 8Ki }, flash: { at: 0x10000, size: 4Ki }", "reaches beyond the 4096 bytes")]
    [InlineData("boot: { at: 0, aliasOf: flash }, flash: { at: 0x10000 }", "must say its size")]
    [InlineData("boot: { at: 0, aliasOf: flash, erased: 0 , size: 4Ki }, flash: { at: 0x10000, size: 4Ki }", "at 'flash' alone")]
    [InlineData("flash: { at: 0, erased: 0xff }", "flash must say its size")]
    [InlineData("flash: { at: 0, size: 4Ki, erased: 256 }", "255")]
    [InlineData("flash: { at: 0, size: 4Ki, offset: 4Ki }", "say aliasOf too")]
    public void Memory_that_cannot_be_is_refused(string memory, string expected)
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.ParseMachine(WithMemory(memory), "m"));

        Assert.Contains(expected, Assert.Single(problem.Errors).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("irq0..3: plic/0..4", "as long a run")]
    [InlineData("irq0..3: plic/7", "as long a run")]
    [InlineData("irq: plic/0..4", "as long a run")]
    [InlineData("irq3..0: plic/3..0", "as long a run")]
    [InlineData("irq0..99999: plic/0..99999", "as long a run")]
    [InlineData("irq: plic", "is not a wire's end")]
    [InlineData("irq: plic/", "is not a wire's end")]
    [InlineData("irq: plick/3", "there is no 'plick'; did you mean 'plic'? there are cpu0, plic")]
    [InlineData("irq: cpu1/meip", "there is no 'cpu1'")]
    [InlineData("irq0..1: plic/1..2, irq1: plic/3", "output 'irq1' is wired twice")]
    [InlineData("3irq: plic/1", "not an output")]
    public void A_wire_that_leads_nowhere_is_refused(string wires, string expected)
    {
        var problem = Assert.Throws<DescriptionException>(() => WithWires(wires));

        Assert.Contains(expected, Assert.Single(problem.Errors).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ ram: { at: 0x10 } }", "multiple of 4096")]
    [InlineData("{ ram: { at: 0 }, more: { at: 0x1000 } }", "only one region may take its size")]
    [InlineData("{ ram: { at: 0, size: 100 } }", "is not a size from 4Ki")]
    [InlineData("{}", "needs at least one region")]
    [InlineData("{ ram: { at: -1 } }", "not an address")]
    public void A_memory_region_that_cannot_be_is_refused(string memory, string expected)
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.ParseMachine(
            $"{{ kind: Machine, name: m, core: {{ plugin: core.riscv }}, memory: {memory} }}", "m"));

        Assert.Contains(expected, Assert.Single(problem.Errors).Problem, StringComparison.Ordinal);
    }
}
