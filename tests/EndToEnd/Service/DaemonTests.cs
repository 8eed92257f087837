// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>The daemon and <c>ehv</c> together, as processes.</summary>
public class DaemonTests
{
    private static readonly string Blinky = BuiltTree.Guest("blinky-counter", "blinky-counter.vm.yaml");

    [Fact]
    public async Task A_guest_is_created_started_heard_and_deleted()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        Assert.Contains("created blinky-counter, running", await daemon.DoAsync("vm", "create", Blinky, "--start"), StringComparison.Ordinal);
        await daemon.SaidAsync("blinky-counter", "beat", times: 3);
        Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
        Assert.Contains("led1", await daemon.DoAsync("board", "show"), StringComparison.Ordinal);
        var lines = (await daemon.DoAsync("board", "ls")).Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.StartsWith("led1 ", StringComparison.Ordinal) && line.EndsWith("blinky-counter:gpio0/3", StringComparison.Ordinal));

        using var list = JsonDocument.Parse(await daemon.DoAsync("vm", "ls", "--format", "json"));
        Assert.Equal("running", list.RootElement[0].GetProperty("state").GetString());

        var refused = await daemon.EhvAsync("vm", "rm", "blinky-counter");
        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        await daemon.DoAsync("vm", "rm", "blinky-counter", "--force");
        Assert.Equal(4, (await daemon.EhvAsync("vm", "inspect", "blinky-counter")).ExitCode);
        Assert.Empty(Directory.GetDirectories(Path.Combine(daemon.Data, "vms")));
    }

    [Fact]
    public async Task The_console_carries_both_ways_and_ends_with_its_VM()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", BuiltTree.Guest("echo", "echo.vm.yaml"), "--start");
        await daemon.SaidAsync("echo", "echo on");
        using var console = Ehv.Start(daemon.Socket, "vm", "console", "echo");
        await console.StandardInput.WriteAsync("over and out\r");
        await console.StandardInput.FlushAsync();
        await daemon.SaidAsync("echo", "over and out");
        await daemon.DoAsync("vm", "rm", "echo", "--force");
        await console.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        Assert.Contains("over and out", await console.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_brings_a_guest_back_to_where_it_was_also_from_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "blinky.snapshot");
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        await daemon.SaidAsync("blinky-counter", "beat 5 ");
        await daemon.DoAsync("vm", "snapshot", "blinky-counter", "early");
        await daemon.DoAsync("vm", "snapshot", "blinky-counter", "--output", file);
        Assert.Contains("early", await daemon.DoAsync("vm", "snapshot", "blinky-counter", "--list"), StringComparison.Ordinal);

        // Neither is lost to a second one by mistake; a device is no file that could be lost.
        var kept = await File.ReadAllBytesAsync(file);
        foreach (var target in new[] { new[] { "early" }, ["--output", file] })
        {
            var again = await daemon.EhvAsync(["vm", "snapshot", "blinky-counter", .. target]);
            Assert.NotEqual(0, again.ExitCode);
            Assert.Contains("already", again.Error, StringComparison.Ordinal);
            Assert.Contains("--force", again.Error, StringComparison.Ordinal);
        }
        Assert.Equal(kept, await File.ReadAllBytesAsync(file));
        await daemon.DoAsync("vm", "snapshot", "blinky-counter", "early", "--force");
        await daemon.DoAsync("vm", "snapshot", "blinky-counter", "--output", file, "--force");
        await daemon.DoAsync("vm", "snapshot", "blinky-counter", "--output", "/dev/null");
        Assert.Equal(0, new FileInfo("/dev/null").Length);
        Assert.DoesNotContain("transfer", await daemon.DoAsync("vm", "snapshot", "blinky-counter", "--list"), StringComparison.Ordinal);

        var saved = Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
        await daemon.SaidAsync("blinky-counter", $"beat {saved + 5} ");

        foreach (var source in new[] { new[] { "early" }, ["--input", file] })
        {
            await daemon.DoAsync(["vm", "restore", "blinky-counter", .. source]);
            Assert.Equal("paused", (await daemon.VmAsync("blinky-counter")).State);
            var before = (await daemon.ConsoleAsync("blinky-counter")).Length;
            await daemon.DoAsync("vm", "resume", "blinky-counter");
            await daemon.UntilAsync(async () => (await daemon.ConsoleAsync("blinky-counter")).Length > before + 2, "it goes on"); // the last line may be one that is just being said
            var next = (await daemon.ConsoleAsync("blinky-counter"))[before + 1];
            Assert.InRange(int.Parse(next.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), 5, saved + 3);
        }
    }

    [Fact]
    public async Task Killed_while_idle_it_comes_back_with_its_VMs_as_they_were_last_saved_and_says_so()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        await daemon.DoAsync("vm", "create", BuiltTree.Guest("idle", "idle.vm.yaml"));
        await daemon.SaidAsync("blinky-counter", "beat 3 ");
        await daemon.DoAsync("vm", "pause", "blinky-counter");
        var said = Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
        await daemon.DoAsync("vm", "resume", "blinky-counter");
        await daemon.SaidAsync("blinky-counter", $"beat {said + 3} ");

        await daemon.KillAsync();
        await daemon.StartAgainAsync();
        await daemon.UntilAsync(async () => (await daemon.VmAsync("blinky-counter")).State == "running", "it runs again");
        await daemon.SaidAsync("blinky-counter", "beat", times: 2);

        Assert.Equal("stopped", (await daemon.VmAsync("idle")).State);
        await daemon.LoggedAsync("comes back as it was saved");
        Beats.AssertGoesOn(said, await daemon.ConsoleAsync("blinky-counter"));
    }

    [Fact]
    public async Task An_order_that_comes_before_a_VM_is_back_waits_for_it()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        await daemon.SaidAsync("blinky-counter", "beat 3 ");
        await daemon.DoAsync("vm", "pause", "blinky-counter");
        var said = Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
        await daemon.DoAsync("vm", "resume", "blinky-counter");

        await daemon.KillAsync();
        daemon.LaunchAgain();
        VmSummary? paused = null;
        await daemon.UntilAsync(
            async () =>
            {
                try
                {
                    paused = await daemon.Service.PostAsync("v1/vms/blinky-counter/pause", ControlJson.Default.VmSummary, CancellationToken.None);
                    return true;
                }
                catch (ControlException e) when (e.IsUnreachable || e.Problem.Status == 404)
                {
                    return false; // the service does not listen yet, or has not looked into its folder
                }
            },
            "the VM is paused");
        Assert.Equal("paused", paused!.State);

        await daemon.DoAsync("vm", "resume", "blinky-counter");
        await daemon.SaidAsync("blinky-counter", "beat", times: 2);
        Beats.AssertGoesOn(said, await daemon.ConsoleAsync("blinky-counter"));
    }

    [Fact]
    public async Task A_VM_with_a_disk_goes_on_where_it_was_saved_and_begins_anew_when_its_disk_was_written_since()
    {
        using var folder = new TemporaryFolder();
        await using var daemon = await RunningDaemon.StartAsync();
        var disk = Path.Combine(Directory.CreateDirectory(Path.Combine(daemon.Data, "disks")).FullName, "root.img");
        await File.WriteAllBytesAsync(disk, new byte[1024]);
        var manifest = folder.File("clerk.vm.yaml",
            $$"""
            kind: VirtualMachine
            name: clerk
            machine: virt-rv32
            memory: 1Mi
            firmware: {{BuiltTree.Guest("blinky-counter", "blinky-counter-rv32.elf")}}
            disks: { disk0: root.img }
            """);
        await daemon.DoAsync("vm", "create", manifest, "--start");
        await daemon.SaidAsync("clerk", "beat 3 ");
        await daemon.DoAsync("vm", "pause", "clerk");
        var said = Beats.AssertUnbroken(await daemon.ConsoleAsync("clerk"));
        await daemon.DoAsync("vm", "resume", "clerk");

        await daemon.KillAsync();
        await daemon.StartAgainAsync();
        await daemon.SaidAsync("clerk", "beat", times: 2);
        Beats.AssertGoesOn(said, await daemon.ConsoleAsync("clerk"));

        await daemon.KillAsync();
        await File.WriteAllBytesAsync(disk, new byte[1024]);
        await daemon.StartAgainAsync();
        await daemon.SaidAsync("clerk", "beat 1 ");
        await daemon.LoggedAsync("begins anew: it was saved");
        await daemon.LoggedAsync("the disk was written after this state was saved");
    }

    [Fact]
    public async Task Stopped_and_started_again_the_guests_go_on_without_a_lost_beat()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        await daemon.SaidAsync("blinky-counter", "beat 3 ");
        var before = await daemon.HearAsync("blinky-counter");
        Assert.Equal(0, await daemon.StopAsync());

        await daemon.StartAgainAsync();
        await daemon.SaidAsync("blinky-counter", "beat", times: 3);
        Assert.True(Beats.AssertUnbroken((await before + await daemon.ConsoleTextAsync("blinky-counter")).Split("\r\n")) >= 6);
        Assert.Equal(1ul, (await daemon.VmAsync("blinky-counter")).Epoch);
    }

    [Fact]
    public async Task Checkpoints_are_taken_in_the_rhythm_that_is_set()
    {
        await using var daemon = await RunningDaemon.StartAsync("desk", "checkpoint=1s");
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        await daemon.UntilAsync(async () => (await daemon.VmAsync("blinky-counter")).SavedAt is not null, "a checkpoint");
        await daemon.SaidAsync("blinky-counter", "beat", times: 20);
        Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
    }

    [Fact]
    public async Task The_outside_of_simulated_peripherals_can_be_changed_and_is_seen_by_the_guest()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("board", "set", "bme280", "temperature=30");
        await daemon.DoAsync("vm", "create", BuiltTree.Guest("thermostat", "thermostat.vm.yaml"), "--start");
        await daemon.SaidAsync("thermostat", "temperature 30.00");
        await daemon.SaidAsync("thermostat", "relay off");
        var wrong = await daemon.EhvAsync("board", "set", "bme280", "colour=red");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("temperature", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: VirtualMachine\nname: x\nmachine: virt-rv32\nfirmware: hello-rv32.elf\nmemory: lots\n", ":5:", "memory")]
    [InlineData("kind: VirtualMachine\nname: x\nmachine: virt-rv32\nfirmware: hello-rv32.elf\nmemmory: 1Mi\n", ":5:", "did you mean 'memory'")]
    [InlineData("kind: VirtualMachine\nname: X Y\nmachine: virt-rv32\nfirmware: hello-rv32.elf\n", ":2:", "not a name")]
    [InlineData("kind: VirtualMachine\nname: x\nmachine: pdp-11\nfirmware: hello-rv32.elf\n", ":3:10: machine", "virt-rv32")]
    [InlineData("kind: VirtualMachine\nname: x\nmachine: virt-rv23\nfirmware: hello-rv32.elf\n", ":3:10: machine", "did you mean 'virt-rv32'?")]
    [InlineData("kind: VirtualMachine\nname: x\nmachine: virt-rv32\nfirmware: hello-rv32.elf\nmap:\n  gpio0/3: { to: relay9 }\n", "gpio0/3", "relay1")]
    [InlineData("kind: VirtualMachine\nname: x\nmachine: virt-rv32\nfirmware: hello-rv32.elf\nmemory: 60Gi\n", "memory", "guestMemory")]
    [InlineData("kind: [", ":1:", "YAML")]
    public async Task A_wrong_manifest_is_refused_with_the_place_and_what_would_be_right(string manifest, string where, string what)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("x.vm.yaml", manifest);
        File.Copy(BuiltTree.Guest("hello", "hello-rv32.elf"), Path.Combine(folder.Path, "hello-rv32.elf"));
        await using var daemon = await RunningDaemon.StartAsync("desk", "guestMemory=64Mi");
        var ran = await daemon.EhvAsync("vm", "create", file);
        Assert.NotEqual(0, ran.ExitCode);
        Assert.Contains(where, ran.Error, StringComparison.Ordinal);
        Assert.Contains(what, ran.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await daemon.DoAsync("vm", "ls", "--format", "json")).Trim());
    }

    [Fact]
    public async Task Two_VMs_cannot_have_one_exclusive_line()
    {
        using var folder = new TemporaryFolder();
        var text = (await File.ReadAllTextAsync(Blinky)).Replace("name: blinky-counter", "name: rival", StringComparison.Ordinal);
        var rival = folder.File("rival.vm.yaml", text);
        File.Copy(BuiltTree.Guest("blinky-counter", "blinky-counter-rv32.elf"), Path.Combine(folder.Path, "blinky-counter-rv32.elf"));
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        var ran = await daemon.EhvAsync("vm", "create", rival);
        Assert.Equal(5, ran.ExitCode);
        Assert.Contains("led1", ran.Error, StringComparison.Ordinal);
        Assert.Contains("blinky-counter", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_socket_is_for_its_owner_and_group_and_the_data_folder_for_one_service()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(daemon.Socket));
        foreach (var (socket, data, problem) in new[] { (daemon.Socket, daemon.Data + "2", "another service listens"), (daemon.Socket + "2", daemon.Data, "in use by another service") })
        {
            var ran = await DaemonProcess.RunAsync("--board", BuiltTree.Board, "--data", data, "--socket", socket);
            Assert.Equal(2, ran.ExitCode);
            Assert.Contains(problem, ran.Error, StringComparison.Ordinal);
        }
        await daemon.DoAsync("status");
    }
}
