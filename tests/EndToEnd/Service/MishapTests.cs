// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>What a board's owner does by accident: nothing is lost, and it is said what happened and what to do.</summary>
public class MishapTests
{
    private static readonly string Blinky = BuiltTree.Guest("blinky-counter", "blinky-counter.vm.yaml");

    [Fact]
    public async Task A_file_where_the_socket_should_be_is_kept()
    {
        using var folder = new TemporaryFolder();
        var precious = folder.File("precious.txt", "precious");
        var ran = await DaemonProcess.RunAsync("--board", BuiltTree.Board, "--data", Path.Combine(folder.Path, "data"), "--socket", precious);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("is there and no socket", ran.Error, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(precious));
    }

    [Fact]
    public async Task A_snapshot_of_another_machine_is_refused_and_the_VM_runs_on()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "idle.snapshot");
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", BuiltTree.Guest("checksum-chain", "checksum-chain.vm.yaml"), "--start");
        await daemon.DoAsync("vm", "snapshot", "checksum-chain", "--output", file);
        await daemon.DoAsync("vm", "rm", "checksum-chain", "--force");
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        await daemon.SaidAsync("blinky-counter", "beat", times: 2);

        var refused = await daemon.EhvAsync("vm", "restore", "blinky-counter", "--input", file);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("this machine", refused.Error, StringComparison.Ordinal);

        Assert.Equal("running", (await daemon.VmAsync("blinky-counter")).State);
        var before = Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
        await daemon.SaidAsync("blinky-counter", $"beat {before + 3} ");
        Beats.AssertUnbroken(await daemon.ConsoleAsync("blinky-counter"));
    }

    [Fact]
    public async Task A_broker_that_cannot_be_reached_is_told()
    {
        const string problem = "the fleet cannot be reached";
        using var broker = new PrivateBroker();
        await using var daemon = await RunningDaemon.StartAsync("desk", broker.Settings);
        Assert.DoesNotContain(problem, (await daemon.EhvAsync("status")).Output, StringComparison.Ordinal);
        broker.Kill();
        await daemon.UntilAsync(async () => (await daemon.EhvAsync("status")).Output.Contains(problem, StringComparison.Ordinal), "the status tells of it");
        broker.Start();
        await daemon.UntilAsync(async () => !(await daemon.EhvAsync("status")).Output.Contains(problem, StringComparison.Ordinal), "it is well again");
    }

    [Fact]
    public async Task A_VM_whose_record_is_damaged_is_left_alone_and_told()
    {
        await using var daemon = await RunningDaemon.StartAsync();
        await daemon.DoAsync("vm", "create", Blinky);
        Assert.Equal(0, await daemon.StopAsync());
        var record = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(daemon.Data, "vms"))), "vm.json");
        await File.WriteAllTextAsync(record, "{ torn");
        await daemon.StartAgainAsync();

        Assert.Contains(record, (await daemon.EhvAsync("status")).Output, StringComparison.Ordinal);
        Assert.Equal("{ torn", await File.ReadAllTextAsync(record));
    }

    [Fact]
    public async Task A_damaged_state_is_told_and_kept_until_its_owner_has_decided()
    {
        await using var daemon = await RunningDaemon.StartAsync("desk", "checkpoint=1s");
        await daemon.DoAsync("vm", "create", Blinky, "--start");
        await daemon.SaidAsync("blinky-counter", "beat 3 ");
        Assert.Equal(0, await daemon.StopAsync());
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(daemon.Data, "vms")));
        var state = Path.Combine(folder, "state.snapshot");
        await using (var file = File.OpenWrite(state)) file.SetLength(5000);
        await daemon.StartAgainAsync();

        await daemon.UntilAsync(async () => (await daemon.VmAsync("blinky-counter")).State == "faulted", "the VM shows that it cannot go on");
        Assert.Contains("cannot be used", (await daemon.EhvAsync("status")).Output, StringComparison.Ordinal);
        var refused = await daemon.EhvAsync("vm", "start", "blinky-counter");
        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("ehv vm reset", refused.Error, StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(state).Length);

        await daemon.DoAsync("vm", "reset", "blinky-counter");
        await daemon.DoAsync("vm", "start", "blinky-counter");
        await daemon.SaidAsync("blinky-counter", "beat 1 ");
        Assert.Equal(5000, new FileInfo(Path.Combine(folder, "state.unusable")).Length);
        Assert.DoesNotContain("cannot be used", (await daemon.EhvAsync("status")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpio0/4", "gpoi0/4")]
    [InlineData("gpio0/4", "gpio0/77")]
    public async Task A_port_that_the_machine_does_not_have_is_refused(string port, string wrong)
    {
        using var folder = new TemporaryFolder();
        File.Copy(BuiltTree.Guest("thermostat", "thermostat-rv32.elf"), Path.Combine(folder.Path, "thermostat-rv32.elf"));
        var text = await File.ReadAllTextAsync(BuiltTree.Guest("thermostat", "thermostat.vm.yaml"));
        Assert.Contains(port, text, StringComparison.Ordinal);
        var manifest = folder.File("thermostat.vm.yaml", text.Replace(port, wrong, StringComparison.Ordinal));
        await using var daemon = await RunningDaemon.StartAsync();
        var refused = await daemon.EhvAsync("vm", "create", manifest, "--start");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"map.{wrong}", refused.Error, StringComparison.Ordinal);
        Assert.Contains("thermostat.vm.yaml:", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(daemon.Data, "vms")));
    }

    [Fact]
    public async Task Firmware_for_64_bits_is_refused_by_a_machine_of_32()
    {
        using var folder = new TemporaryFolder();
        File.Copy(BuiltTree.Guest("hello", "hello-rv64.elf"), Path.Combine(folder.Path, "hello-rv64.elf"));
        var text = await File.ReadAllTextAsync(BuiltTree.Guest("hello", "hello.vm.yaml"));
        var manifest = folder.File("hello.vm.yaml", text.Replace("virt-rv64", "virt-rv32", StringComparison.Ordinal));
        await using var daemon = await RunningDaemon.StartAsync();
        var refused = await daemon.EhvAsync("vm", "create", manifest);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("made for 64 bits", refused.Error, StringComparison.Ordinal);
    }
}
