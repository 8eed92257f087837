// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Debian's own drivers and tools in the guest act on the board's lines and buses.</summary>
public sealed class LinuxPeripheralTests
{
    private const string Vm = "panel";
    private static readonly string[] Tools = ["gpiodetect", "gpioset", "gpiomon", "gpioinfo", "gpioget", "i2cget", "i2cset", "i2cdetect"];
    private static readonly string[] Drivers = ["i2c-dev", "i2c-ocores", "spi-sifive", "pwm-sifive"];

    [FactWithDebian]
    public async Task Lines_buses_and_pulses_of_the_board_are_in_the_hands_of_the_guests_own_tools()
    {
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk");
        DebianGuest.WriteInitialFileSystem(Path.Combine(folder.Path, "initrd"), Tools, Drivers);
        var manifest = folder.File("panel.vm.yaml",
            $$"""
            kind: VirtualMachine
            name: {{Vm}}
            machine: virt-rv64
            memory: 128Mi
            boot: { kernel: {{DebianGuest.Kernel}}, initrd: initrd, commandLine: "console=ttyS0 quiet" }
            map:
              gpio0/0: led1
              gpio0/1: button1
              i2c0: { to: [bme280, eeprom1] }
              spi0/0: spi0
              pwm0/1: fan
            """);
        await desk.DoAsync("vm", "create", manifest, "--start");
        await using var console = await desk.Service.UpgradeAsync($"v1/vms/{Vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);
        var shell = new GuestShell(console, console);
        await shell.WaitForPromptAsync();
        await shell.DoAsync("mount -t proc proc /proc");

        // An output.
        await shell.DoAsync("chip=$(gpiodetect | head -n 1); echo $chip");
        await shell.DoAsync("gpioset -c gpiochip0 0=1 & holder=$!");
        await shell.DoAsync("until gpioinfo -c gpiochip0 | grep -q gpioset; do sleep 0.1; done");
        Assert.Equal("1", await LevelAsync(desk, "led1"));
        await shell.DoAsync("kill $holder; gpioset -c gpiochip0 0=0 & holder=$!");
        await desk.UntilAsync(async () => await LevelAsync(desk, "led1") == "0", "the guest drives led1 low");

        // An input with its interrupt.
        await shell.DoAsync("gpiomon -c gpiochip0 -e falling -n 1 1 >/tmp/edges & monitor=$!");
        await shell.DoAsync("until gpioinfo -c gpiochip0 | grep -q gpiomon; do sleep 0.1; done");
        await desk.DoAsync("board", "set", "button1", "level=0");
        Assert.Contains("falling", await shell.DoAsync("wait $monitor; cat /tmp/edges"), StringComparison.Ordinal);

        // A sensor's identity, and a memory's byte that is written and read.
        Assert.Contains("0x60", await shell.DoAsync("i2cget -y 0 0x76 0xd0"), StringComparison.Ordinal);
        await shell.DoAsync("i2cset -y 0 0x50 0x10 0xa5; sleep 0.1");
        Assert.Contains("0xa5", await shell.DoAsync("i2cget -y 0 0x50 0x10"), StringComparison.Ordinal);

        // Four bytes that nothing is sent with come back as the zeros that they are: data out is wired to data in.
        await shell.DoAsync("dd if=/dev/spidev0.0 of=/tmp/spi bs=4 count=1");
        Assert.Contains("00 00 00 00", await shell.DoAsync("busybox hexdump -C /tmp/spi"), StringComparison.Ordinal);

        // Pulses of a quarter of their period.
        await shell.DoAsync("cd /sys/class/pwm/pwmchip0; echo 1 >export; cd pwm1");
        await shell.DoAsync("echo 1000000 >period; echo 250000 >duty_cycle; echo 1 >enable");
        var fan = await desk.Service.GetAsync("v1/board/peripherals/fan", ControlJson.Default.PeripheralInfo, CancellationToken.None);
        Assert.True(IsAQuarter(fan), string.Join(", ", fan.Observed));
    }

    private static bool IsAQuarter(PeripheralInfo fan) =>
        fan.Observed["enabled"] is "1" or "true" && Number(fan, "dutyNs") / Number(fan, "periodNs") is > 0.24 and < 0.26;

    private static double Number(PeripheralInfo fan, string name) => double.Parse(fan.Observed[name], CultureInfo.InvariantCulture);

    private static async Task<string> LevelAsync(RunningDaemon board, string role) =>
        (await board.Service.GetAsync($"v1/board/peripherals/{role}", ControlJson.Default.PeripheralInfo, CancellationToken.None)).Observed["level"];
}
