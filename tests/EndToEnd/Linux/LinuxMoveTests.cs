// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;
using EdgeHypervisor.EndToEnd.Service;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>A running Debian in a service: saved, restored in another process, and moved live to another board and back.</summary>
public sealed partial class LinuxMoveTests
{
    private const string Vm = "debian";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [FactWithDebian]
    public async Task A_running_Debian_goes_on_from_a_snapshot_after_a_kill_of_its_service_and_through_two_live_moves()
    {
        if (!Tool.IsInstalled("mosquitto")) Assert.Fail("mosquitto is not installed");
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        DebianGuest.WriteInitialFileSystem(Path.Combine(folder.Path, "initrd"));
        var manifest = folder.File("debian.vm.yaml",
            $$"""
            kind: VirtualMachine
            name: {{Vm}}
            machine: virt-rv64
            memory: 128Mi
            boot: { kernel: {{DebianGuest.Kernel}}, initrd: initrd, commandLine: "console=ttyS0 quiet" }
            networks: { net0: lan }
            """);

        await desk.DoAsync("vm", "create", manifest, "--start");
        await using (var console = await ConsoleAsync(desk))
        {
            var shell = new GuestShell(console, console);
            await shell.WaitForPromptAsync();
            await shell.DoAsync("mount -t proc proc /proc; ifconfig eth0 10.0.2.15; ping -c 1 10.0.2.2");
            await shell.DoAsync("memory=kept; (n=0; while :; do n=$((n+1)); echo $n >/tmp/next; busybox mv /tmp/next /tmp/beats; sleep 0.05; done) & worker=$!");
            await desk.DoAsync("vm", "snapshot", Vm, "at-the-shell");
            await shell.DoAsync("memory=lost; kill $worker");
        }

        await desk.KillAsync();
        await desk.StartAgainAsync();
        await desk.DoAsync("vm", "restore", Vm, "at-the-shell");
        await desk.DoAsync("vm", "resume", Vm);
        var beats = await AssertGoesOnAsync(desk, 0);

        foreach (var (from, to, name) in new[] { (desk, pocket, "pocket"), (pocket, desk, "desk") })
        {
            await from.KnowsAsync(name);
            await from.DoAsync(Patience, "move", Vm, name);
            beats = await AssertGoesOnAsync(to, beats);
        }
    }

    // Variables, the process in the background, the clock's timer and the network are all as they were.
    private static async Task<int> AssertGoesOnAsync(RunningDaemon board, int beatsBefore)
    {
        await using var console = await ConsoleAsync(board);
        var shell = new GuestShell(console, console);
        Assert.Contains("kept", await shell.DoAsync("echo $memory"), StringComparison.Ordinal);
        await shell.DoAsync($"kill -0 $worker; until [ $(cat /tmp/beats)0 -gt {beatsBefore}0 ]; do sleep 0.1; done");
        Assert.Contains(" 0% packet loss", await shell.DoAsync("ping -c 1 10.0.2.2"), StringComparison.Ordinal);
        return int.Parse(Said().Match(await shell.DoAsync("echo beats=$(cat /tmp/beats)")).Groups["beats"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"beats=(?<beats>\d+)")]
    private static partial Regex Said();

    private static Task<Stream> ConsoleAsync(RunningDaemon board) =>
        board.Service.UpgradeAsync($"v1/vms/{Vm}/console", ControlSocket.ConsoleProtocol, CancellationToken.None);
}
