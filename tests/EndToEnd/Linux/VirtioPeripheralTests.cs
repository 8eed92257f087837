// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Linux's own gpio-virtio and i2c-virtio, compiled from Debian's source package, drive our virtio devices.</summary>
public sealed class VirtioPeripheralTests
{
    private const string Vm = "panel";
    private static readonly string[] Tools = ["gpiodetect", "gpioget", "gpioset", "gpioinfo", "gpiomon", "i2cget", "i2cset", "i2ctransfer"];
    private static readonly string[] Drivers = ["gpio-virtio", "i2c-virtio"];

    [FactWithDebian(NeedsDrivers = true)]
    public async Task The_kernels_virtio_drivers_reach_the_boards_lines_and_buses()
    {
        using var folder = new TemporaryFolder();
        var machine = await File.ReadAllTextAsync(BuiltTree.Path("boards/machines/virt-rv64.yaml"));
        folder.File("virtio-board.yaml", machine.Replace("name: virt-rv64", "name: virtio-board", StringComparison.Ordinal) +
            """

              gpio1: { plugin: device.virtio.gpio, at: 0x1000_5000, options: { lines: 8 }, wires: { irq: plic/5 } }
              i2c1:  { plugin: device.virtio.i2c, at: 0x1000_6000, wires: { irq: plic/6 } }

            """);
        await using var desk = await RunningDaemon.StartAsync([BuiltTree.Daemon, "--machines", folder.Path], "desk");
        DebianGuest.WriteInitialFileSystem(Path.Combine(folder.Path, "initrd"), Tools, ["i2c-dev", .. Drivers]);
        var manifest = folder.File("panel.vm.yaml",
            $$"""
            kind: VirtualMachine
            name: {{Vm}}
            machine: virtio-board
            memory: 128Mi
            boot: { kernel: {{DebianGuest.Kernel}}, initrd: initrd, commandLine: "console=ttyS0" }
            map:
              gpio1/2: led1
              gpio1/3: { to: button1, access: shared }
              i2c1: { to: [bme280, eeprom1], access: shared }
            """);
        await desk.DoAsync("vm", "create", manifest, "--start");
        await using var console = await desk.Service.UpgradeAsync($"v1/vms/{Vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);
        var shell = new GuestShell(console, console);
        await shell.WaitForPromptAsync();
        await shell.DoAsync("mount -t proc proc /proc");
        await shell.DoAsync("chip=$(gpiodetect | grep virtio); echo $chip; chip=${chip%% *}");

        // An output, high and low.
        foreach (var (level, word) in new[] { ("1", "high"), ("0", "low") })
        {
            await shell.DoAsync($"gpioset -c $chip 2={level} & holder=$!");
            await shell.DoAsync("until gpioinfo -c $chip | grep -q gpioset; do sleep 0.1; done");
            Assert.Equal(word, await LevelAsync(desk, "led1"));
            await shell.DoAsync("kill $holder; wait $holder || true");
        }

        // An input: its level, and its edges by the events queue, masked and unmasked in between.
        Assert.Contains("active", await shell.DoAsync("gpioget -c $chip 3"), StringComparison.Ordinal);
        await shell.DoAsync("gpiomon -c $chip --edges=both --num-events=4 --format=%E 3 >/tmp/edges & monitor=$!");
        await shell.DoAsync("until gpioinfo -c $chip | grep -q gpiomon; do sleep 0.1; done");
        for (var edges = 1; edges <= 4; edges++)
        {
            await desk.DoAsync("board", "set", "button1", edges % 2 == 1 ? "level=low" : "level=high");
            await shell.DoAsync($"until [ $(grep -c ing /tmp/edges) -ge {edges} ]; do sleep 0.1; done");
        }
        Assert.Equal(["falling", "rising", "falling", "rising"], (await shell.DoAsync("cat /tmp/edges")).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

        // The bus: a register with a repeated start, bytes that stay, and an address where nobody is mapped.
        await shell.DoAsync("bus=$(grep -l virtio /sys/bus/i2c/devices/i2c-*/name); bus=${bus%/name}; bus=${bus##*-}; echo $bus");
        Assert.Equal("0x60", (await shell.DoAsync("i2cget -y $bus 0x76 0xd0")).Trim());
        await shell.DoAsync("i2ctransfer -y $bus w4@0x50 0x10 0xca 0xfe 0x42");
        Assert.Equal("0xca 0xfe 0x42", (await shell.DoAsync("i2ctransfer -y $bus w1@0x50 0x10 r3")).Trim());
        Assert.Equal("nobody", (await shell.DoAsync("i2cget -y $bus 0x51 0 2>/dev/null || echo nobody")).Trim());
    }

    private static async Task<string> LevelAsync(RunningDaemon board, string role) =>
        (await board.Service.GetAsync($"v1/board/peripherals/{role}", ControlJson.Default.PeripheralInfo, CancellationToken.None)).Observed["level"];
}
