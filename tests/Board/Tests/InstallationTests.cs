// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.BoardTests;

/// <summary>What <c>packaging/install.sh</c> laid out, under a real systemd.</summary>
public sealed class InstallationTests
{
    [Fact]
    public async Task The_service_says_that_it_is_ready()
    {
        Assert.Equal("notify", await Systemd.ShowAsync("Type"));
        Assert.Equal("active", await Systemd.ShowAsync("ActiveState"));
        Assert.StartsWith("board ", await Systemd.ShowAsync("StatusText"), StringComparison.Ordinal);
        var health = await Service.Control.GetAsync("v1/health", ControlJson.Default.ServiceHealth, CancellationToken.None);
        Assert.Equal(await Systemd.ProcessAsync(), health.ProcessId);
        Assert.True(health.Status == "ok", string.Join("; ", health.Problems));
    }

    [Fact]
    public async Task The_unit_has_nothing_that_systemd_does_not_understand() =>
        Assert.Equal("", await Command.RunAsync("systemd-analyze", "verify", Systemd.Unit));

    [Fact]
    public async Task The_journal_has_its_messages_with_their_weight()
    {
        Assert.Contains("ready board=", await Systemd.LogAsync(), StringComparison.Ordinal);
        var weights = await Command.RunAsync("journalctl", "--unit", Systemd.Unit, "--output", "json", "--output-fields", "PRIORITY,MESSAGE", "--no-pager");
        var ready = weights.Split('\n').First(line => line.Contains("ready board=", StringComparison.Ordinal));
        Assert.Contains("\"PRIORITY\":\"6\"", ready, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_runs_as_its_own_user_with_the_groups_of_the_devices()
    {
        var status = await File.ReadAllTextAsync($"/proc/{await Systemd.ProcessAsync()}/status");
        var uid = (await Command.RunAsync("id", "--user", "edge-hypervisor")).Trim();
        Assert.Contains($"Uid:\t{uid}\t{uid}\t{uid}\t{uid}", status, StringComparison.Ordinal);
        var groups = status.Split('\n').First(line => line.StartsWith("Groups:", StringComparison.Ordinal)).Split([' ', '\t']);
        foreach (var group in new[] { "gpio", "i2c", "spi", "dialout" })
            Assert.Contains((await Command.RunAsync("getent", "group", group)).Split(':')[2], groups);
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_of_the_path_reaches_it() =>
        Assert.Contains("relay1", await Command.RunAsync("ehv", "board", "ls"), StringComparison.Ordinal);
}
