// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

public sealed class HostileTextTests
{
    private static readonly string[] Words =
    [
        "kind: ", "VirtualMachine", "Board", "Machine", "name: ", "map:", "peripherals:", "devices:", "memory:", "core:", "to: ", "gpio0/3", "wires",
        "irq0..31: plic/32..63", "0x8000_0000", "4Mi", "true", "\n", "\n  ", "\n    ", "{ ", " }", "[", "]", ", ", ": ", "- ", "? ", "|\n", ">\n", "&a ", "*a", "!!str ",
        "\"", "'", "#", "---", "...", "%YAML 1.2\n", "\t", "\0", "\u2028", "\uFEFF", "<<: ", "~", "@", "`", "\\u00", "é", "\ud800",
    ];

    private static readonly Gen<string> Word = Gen.Int[0, Words.Length - 1].Select(i => Words[i]);

    [Fact]
    public void Any_text_is_read_or_refused_with_places()
    {
        var texts = Gen.OneOf(
            Word.Array[0, 60].Select(string.Concat),
            Gen.String[0, 200],
            Gen.Select(Word.Array[0, 10], Gen.Int[0, 1000], (noise, at) => Splice(noise, at)));

        texts.Sample(text =>
        {
            try
            {
                Assert.NotNull(DescriptionReader.Parse(text, "fuzz").Name);
            }
            catch (DescriptionException refused)
            {
                Assert.All(refused.Errors, error => Assert.True(error.Where.Line >= 0 && error.Problem.Length > 0));
            }
        }, iter: 20_000);
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x", "anchors")]
    [InlineData("a: !!python/object 1", "tags")]
    [InlineData("a: 1\n---\nb: 2", "second document")]
    [InlineData("[1, 2]", "must be a mapping")]
    [InlineData("", "empty")]
    [InlineData("# only a comment", "empty")]
    [InlineData("kind: Bord", "write 'kind: Board' or 'kind: Machine' or 'kind: VirtualMachine'")]
    [InlineData("a: [1", "not YAML")]
    [InlineData("? [a]\n: 1", "a field's name must be a text")]
    public void What_makes_YAML_treacherous_is_refused(string text, string expected)
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.Parse(text, "f"));

        Assert.Contains(problem.Errors, error => error.Problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Deep_nesting_is_refused_before_it_costs_anything()
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.Parse(new string('[', 100_000), "deep"));

        Assert.Contains("levels deep", Assert.Single(problem.Errors).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused_unread()
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.Parse(new string('#', DescriptionLimits.FileBytes + 1), "long"));

        Assert.Contains("longer than", Assert.Single(problem.Errors).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_errors_are_told_as_a_few()
    {
        var fields = string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"x{i}: 1"));

        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.Parse("kind: Board\n" + fields, "many"));

        Assert.Equal(DescriptionLimits.Errors + 1, problem.Errors.Count);
    }

    [Fact]
    public void A_file_that_is_not_there_or_not_text_says_so()
    {
        var missing = Assert.Throws<DescriptionException>(() => DescriptionReader.ReadBoard("/nonexistent/board.yaml"));
        Assert.StartsWith("/nonexistent/board.yaml: cannot be read", missing.Message, StringComparison.Ordinal);

        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0x6B, 0xFF, 0xFE, 0x00]);
            Assert.Contains("cannot be read", Assert.Throws<DescriptionException>(() => DescriptionReader.ReadBoard(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Splice(string[] noise, int at)
    {
        var valid = Valid[at % Valid.Length];
        return valid.Insert(at % valid.Length, string.Concat(noise));
    }

    private static readonly string[] Valid =
    [
        """
        kind: VirtualMachine
        name: thermostat
        machine: virt-rv32
        firmware: thermostat.elf
        map:
          gpio0/3: { to: relay1, access: exclusive, onMove: rebind }
          i2c0: { to: [bme280, { role: eeprom, address: 0x51 }] }
        """,
        """
        kind: Board
        name: simulated-pi
        labels: { kind: simulated }
        peripherals:
          relay1: { driver: simulated.gpio, line: 17, pin: 11, note: heater }
          bme280: { driver: simulated.i2c, bus: 1, model: bme280, pin: [3, 5] }
        header: { columns: 2, pins: { 1: 3V3, 3: { name: GPIO2, line: 2, functions: I2C1 SDA } } }
        """,
        """
        kind: Machine
        name: virt-rv64
        core: { plugin: core.riscv, count: 1, options: { isa: rv64imac } }
        memory: { ram: { at: 0x8000_0000 }, rom: { at: 0x1000, size: 64Ki, readOnly: true } }
        devices:
          plic:  { plugin: device.riscv.plic, at: 0x0c00_0000, wires: { context0: cpu0/meip } }
          gpio0: { plugin: device.sifive.gpio, at: 0x1006_0000, wires: { irq0..31: plic/32..63 } }
        """,
    ];
}
