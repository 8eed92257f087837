// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>Debian's own driver and tools in the guest act on the board's lines.</summary>
public sealed class LinuxPeripheralTests
{
    private const string Vm = "panel";
    private static readonly string[] Tools = ["gpiodetect", "gpioset", "gpioinfo"];

    [FactWithDebian]
    public async Task A_line_of_the_board_is_in_the_hands_of_the_guests_own_gpioset()
    {
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk");
        DebianGuest.WriteInitialFileSystem(Path.Combine(folder.Path, "initrd"), Tools);
        var manifest = folder.File("panel.vm.yaml",
            $$"""
            kind: VirtualMachine
            name: {{Vm}}
            machine: virt-rv64
            memory: 128Mi
            boot: { kernel: {{DebianGuest.Kernel}}, initrd: initrd, commandLine: "console=ttyS0" }
            map:
              gpio0/0: led1
            """);
        await desk.DoAsync("vm", "create", manifest, "--start");
        await using var console = await desk.Service.UpgradeAsync($"v1/vms/{Vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);
        var shell = new GuestShell(console, console);
        await shell.WaitForPromptAsync();
        await shell.DoAsync("mount -t proc proc /proc");

        await shell.DoAsync("chip=$(gpiodetect | head -n 1); echo $chip");
        await shell.DoAsync("gpioset -c gpiochip0 0=1 & holder=$!");
        await shell.DoAsync("until gpioinfo -c gpiochip0 | grep -q gpioset; do sleep 0.1; done");
        Assert.Equal("high", await LevelAsync(desk, "led1"));
    }

    private static async Task<string> LevelAsync(RunningDaemon board, string role) =>
        (await board.Service.GetAsync($"v1/board/peripherals/{role}", ControlJson.Default.PeripheralInfo, CancellationToken.None)).Observed["level"];
}
