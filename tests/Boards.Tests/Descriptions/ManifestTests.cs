// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

public sealed class ManifestTests
{
    private const string Thermostat = """
        # The design's own example.
        kind: VirtualMachine
        name: thermostat
        machine: virt-rv32
        firmware: thermostat.elf
        memory: 4Mi
        core: { isa: rv32imac }
        clock: { mode: deterministic, instructionNs: 20, lostTime: catch-up }
        scheduling: { weight: 200, capPercent: 50, dedicatedThread: true }
        autostart: false
        restart: on-fault
        map:
          gpio0/3: { to: relay1, access: exclusive, onMove: rebind, onPause: safe, safe: high }
          gpio0/4: { to: button1, access: shared, budget: { perSecond: 500 } }
          i2c0:    { to: [bme280, { role: eeprom, address: 0x51 }], access: shared, onMove: stay-behind }
          uart0:   console0
        """;

    [Fact]
    public void Every_field_of_a_manifest_is_read()
    {
        var vm = DescriptionReader.ParseVirtualMachine(Thermostat, "/vms/thermostat.vm.yaml");

        Assert.Equal(("thermostat", "virt-rv32", 4L << 20), (vm.Name, vm.Machine, vm.MemoryBytes));
        Assert.Equal("/vms/thermostat.elf", vm.FirmwarePath);
        Assert.Equal("rv32imac", vm.CoreOptions["isa"]);
        Assert.Equal((ClockMode.Deterministic, 20, LostTime.CatchUp), (vm.Clock.Mode, vm.Clock.InstructionNs, vm.Clock.LostTime));
        Assert.Equal((200, 50, true), (vm.Scheduling.Weight, vm.Scheduling.CapPercent, vm.Scheduling.DedicatedThread));
        Assert.Equal((false, RestartPolicy.OnFault), (vm.Autostart, vm.Restart));
        Assert.Equal([new("gpio0", 3), new("gpio0", 4), new("i2c0", null), new PortName("uart0", null)], vm.Map.Select(m => m.Port));
        Assert.Equal((AccessPolicy.Exclusive, ReleaseAction.Safe, SafeState.High), (vm.Map[0].Access, vm.Map[0].OnPause, vm.Map[0].Safe));
        Assert.Equal(new BudgetDescription(500, 50), vm.Map[1].Budget);
        Assert.Equal([new("bme280"), new MappingTarget("eeprom", 0x51)], vm.Map[2].Targets);
        Assert.Equal(OnMove.StayBehind, vm.Map[2].OnMove);
        Assert.Equal("console0", Assert.Single(vm.Map[3].Targets).Role);
    }

    [Fact]
    public void What_is_left_out_takes_its_documented_default()
    {
        var vm = DescriptionReader.ParseVirtualMachine("{ kind: VirtualMachine, name: a, machine: m, firmware: f, map: { gpio0/1: { to: relay1 } } }", "a");

        Assert.Equal((4L << 20, true, RestartPolicy.Never), (vm.MemoryBytes, vm.Autostart, vm.Restart));
        Assert.Equal(new ClockDescription { Mode = ClockMode.Host, InstructionNs = 10, LostTime = LostTime.Hide }, vm.Clock);
        Assert.Equal(new SchedulingDescription { Weight = 100, CapPercent = null, DedicatedThread = false }, vm.Scheduling);
        var mapping = vm.Map[0];
        Assert.Equal((AccessPolicy.Exclusive, OnMove.Rebind, SafeState.Low), (mapping.Access, mapping.OnMove, mapping.Safe));
        Assert.Equal(
            (ReleaseAction.Hold, ReleaseAction.Safe, ReleaseAction.Safe, ReleaseAction.Safe, ReleaseAction.Hold),
            (mapping.OnPause, mapping.OnStop, mapping.OnFault, mapping.OnHandover, mapping.OnServiceRestart));
    }

    [Fact]
    public void A_manifest_written_back_says_the_same()
    {
        var vm = DescriptionReader.ParseVirtualMachine(Thermostat, "a.yaml");

        var again = DescriptionReader.ParseVirtualMachine(vm.ToYaml(), "b.yaml");

        Assert.Equal(vm.ToYaml(), again.ToYaml());
        Assert.Equal(vm.Map.Select(m => (m.Port, string.Join(",", m.Targets), m.Access, m.Budget, m.Safe, m.OnPause)),
            again.Map.Select(m => (m.Port, string.Join(",", m.Targets), m.Access, m.Budget, m.Safe, m.OnPause)));
        Assert.Equal((vm.Clock, vm.Scheduling, vm.Autostart, vm.Restart), (again.Clock, again.Scheduling, again.Autostart, again.Restart));
    }

    [Fact]
    public void Any_manifest_built_in_code_travels_as_text()
    {
        var texts = Gen.String[0, 40].Where(text => !text.Any(char.IsSurrogate)); // half a surrogate pair is no text
        var options = Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 8], texts.Where(text => text.Length > 0))[0, 4];
        var mappings = Gen.Select(Gen.Int[0, 99], Gen.Enum<AccessPolicy>(), Gen.Enum<SafeState>(), Gen.Enum<ReleaseAction>(), Gen.Enum<OnMove>(), Gen.Int[0, 1000], Gen.Int[0, 0x3FF])
            .Select(m => new PortMapping
            {
                Port = new PortName("gpio0", m.Item1),
                Targets = [new MappingTarget("relay1"), new MappingTarget("x.y_z", m.Item7)],
                Access = m.Item2,
                Safe = m.Item3,
                OnPause = m.Item4,
                OnFault = m.Item4,
                OnMove = m.Item5,
                Priority = m.Item6,
                LeaseMs = m.Item6 + 1,
                Budget = m.Item6 % 2 == 0 ? null : new BudgetDescription(m.Item6, m.Item6),
            });
        Gen.Select(texts, texts.Where(text => text.Length > 0 && !text.Contains('\0')), options, mappings.Array[0, 5]).Sample((description, firmware, core, map) =>
        {
            var vm = new VirtualMachineDescription
            {
                Name = "a",
                Machine = "m",
                Description = description,
                Firmware = firmware,
                CoreOptions = core,
                Labels = core,
                Map = [.. map.DistinctBy(mapping => mapping.Port)],
                Scheduling = new SchedulingDescription { CapPercent = 5 },
            };

            var again = DescriptionReader.ParseVirtualMachine(vm.ToYaml(), "moved");

            Assert.Equal((vm.Description, vm.Firmware), (again.Description, again.Firmware));
            Assert.Equal(vm.CoreOptions.OrderBy(option => option.Key), again.CoreOptions.OrderBy(option => option.Key));
            Assert.Equal(vm.Map.Select(Essence), again.Map.Select(Essence));
        }, iter: 500);

        static (PortMapping, string) Essence(PortMapping mapping) => (mapping with { Targets = [], Where = SourceLocation.None }, string.Join(',', mapping.Targets));
    }

    private const string LinuxGuest = """
        kind: VirtualMachine
        name: gateway
        machine: virt-rv64
        memory: 128Mi
        boot: { kernel: Image.gz, initrd: initrd.img, commandLine: "console=ttyS0 quiet" }
        disks:
          disk0: root.img
          disk1: { file: data.img, readOnly: true }
        networks: { net0: lan }
        """;

    [Fact]
    public void A_manifest_names_kernel_disks_and_networks_and_needs_no_firmware_then()
    {
        var vm = DescriptionReader.ParseVirtualMachine(LinuxGuest, "/vms/gateway.vm.yaml");
        Assert.Equal("", vm.Firmware);
        Assert.Equal(("/vms/Image.gz", "/vms/initrd.img", "console=ttyS0 quiet"), (vm.KernelPath, vm.InitialFileSystemPath, vm.Boot!.CommandLine));
        Assert.Equal([("disk0", "root.img", false), ("disk1", "data.img", true)], vm.Disks.Select(disk => (disk.Device, disk.File, disk.IsReadOnly)));
        Assert.Equal("lan", vm.Networks["net0"]);

        var again = DescriptionReader.ParseVirtualMachine(vm.ToYaml(), "moved");
        Assert.Equal(vm.Boot, again.Boot);
        Assert.Equal(vm.Disks.Select(disk => disk with { Where = SourceLocation.None }), again.Disks.Select(disk => disk with { Where = SourceLocation.None }));
        Assert.Equal(vm.Networks, again.Networks);
    }

    [Fact]
    public void Wrong_kernels_disks_and_networks_are_told_by_place_and_field()
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.ParseVirtualMachine(
            """
            kind: VirtualMachine
            name: a
            machine: virt-rv64
            boot: { initrd: initrd.img, commandLine: "two\nlines" }
            disks: { disk0/1: root.img, disk1: [a], disk2: { readOnly: yes } }
            networks: { net0: No Network }
            """, "bad.vm.yaml"));
        Assert.Equal(
        [
            "bad.vm.yaml:1:1: firmware: missing; only with 'boot.kernel' is there one by default",
            "bad.vm.yaml:4:17: boot.initrd: makes no sense without 'kernel'",
            "bad.vm.yaml:4:42: boot.commandLine: must be one line of ASCII",
            "bad.vm.yaml:5:10: disks.disk0/1: not a device's name such as disk0",
            "bad.vm.yaml:5:36: disks.disk1: must be a file or a mapping such as { file: root.img }, not a list",
            "bad.vm.yaml:5:48: disks.disk2.file: missing",
            "bad.vm.yaml:5:60: disks.disk2.readOnly: 'yes' is not true or false",
            "bad.vm.yaml:6:19: networks.net0: 'No Network' is not a network's name; allowed are lower-case letters, digits and '-', starting with a letter or digit, 63 at most",
        ], problem.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void All_errors_are_told_at_once_in_the_order_of_the_file()
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.ParseVirtualMachine(
            """
            kind: VirtualMachine
            name: Has Spaces
            machine: virt-rv32
            memory: lots
            map:
              gpio0/3: { too: relay1, acess: exclusive }
              gpio0/4: { to: relay2, access: exclusiv }
            """, "bad.vm.yaml"));

        Assert.Equal(
        [
            "bad.vm.yaml:1:1: firmware: missing",
            "bad.vm.yaml:2:7: name: 'Has Spaces' is not a name; allowed are lower-case letters, digits and '-', starting with a letter or digit, 63 at most",
            "bad.vm.yaml:4:9: memory: 'lots' is not a size from 4Ki to 64Gi, such as 64Ki or 4Mi",
            "bad.vm.yaml:6:12: map.gpio0/3.to: missing",
        ], problem.Errors.Take(4).Select(e => e.ToString()));
        Assert.StartsWith("bad.vm.yaml:6:14: map.gpio0/3.too: unknown; did you mean 'to'? known are access, ", problem.Errors[4].ToString(), StringComparison.Ordinal);
        Assert.Contains("did you mean 'access'?", problem.Errors[5].ToString(), StringComparison.Ordinal);
        Assert.Equal("bad.vm.yaml:7:34: map.gpio0/4.access: 'exclusiv' is not known; did you mean 'exclusive'? allowed are exclusive, shared, owner, priority, wired-and, wired-or, lease", problem.Errors[6].ToString());
        Assert.Equal(7, problem.Errors.Count);
    }

    [Theory]
    [InlineData("gpio0/3: relay1, gpio0/3: relay2", "given twice; first in line 1")]
    [InlineData("gpio0/3: relay1, gpio0/03: relay2", "port gpio0/3 is mapped twice")]
    [InlineData("GPIO/3: relay1", "not a port")]
    [InlineData("gpio0/3: { to: [] }", "names no role")]
    [InlineData("i2c0: { to: [a, a] }", "names 'a' twice")]
    [InlineData("i2c0: { to: [{ role: a, address: 0x400 }] }", "'0x400' is not a whole number from 0 to 1023")]
    [InlineData("gpio0/3: { to: Relay }", "'Relay' is not a role's name")]
    [InlineData("gpio0/3: [a]", "must be a role or a mapping")]
    [InlineData("gpio0/3: Pocket/relay1", "'Pocket' is not a board's name")]
    [InlineData("gpio0/3: pocket/Relay", "'Relay' is not a role's name")]
    [InlineData("gpio0/3: { to: { role: desk/pocket/relay1 } }", "'pocket/relay1' is not a role's name")]
    [InlineData("i2c0: { to: [a, pocket/b] }", "names roles of several boards")]
    [InlineData("i2c0: { to: [pocket/a, pocket/a] }", "names 'pocket/a' twice")]
    [InlineData("gpio0/3: { to: a, budget: { perSecond: 0 } }", "'0' is not a whole number from 1")]
    public void A_mapping_that_cannot_be_meant_is_refused(string map, string expected)
    {
        var problem = Assert.Throws<DescriptionException>(() => DescriptionReader.ParseVirtualMachine(
            $"{{ kind: VirtualMachine, name: a, machine: m, firmware: f, map: {{ {map} }} }}", "a"));

        Assert.Contains(expected, Assert.Single(problem.Errors).Problem, StringComparison.Ordinal);
    }
}
