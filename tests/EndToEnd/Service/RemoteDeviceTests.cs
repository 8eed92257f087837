// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Two daemons that trust each other, a real broker, and guests whose peripherals are on the other board.</summary>
public partial class RemoteDeviceTests
{
    [TheoryWithTool("mosquitto")]
    [InlineData(true)]
    public async Task A_thermostat_moves_and_its_sensor_stays_shared_with_another_guest(bool stays)
    {
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        using var folder = new TemporaryFolder();
        var manifest = await ManifestAsync(folder, "thermostat", text => text.Replace("onMove: rebind }", $"onMove: {(stays ? "stay-behind" : "rebind")} }}", StringComparison.Ordinal));
        await desk.DoAsync("vm", "create", manifest, "--start");
        await desk.SaidAsync("thermostat", "reading", times: 2);

        var refused = new Ran(0, "", "");
        await desk.UntilAsync( // they have heard of each other, and do not know each other's keys
            async () => (refused = await desk.EhvAsync("vm", "plan", "thermostat", "--board", "pocket")).Output.Contains("trusted", StringComparison.Ordinal),
            () => $"the plan is refused; it says: {refused.Output}{refused.Error}");
        Assert.Equal(5, refused.ExitCode);

        await RunningDaemon.TrustEachOtherAsync(desk, pocket);
        await desk.SaidAsync("thermostat", "reading", times: 2);
        var plan = await desk.CanMoveAsync("thermostat", "pocket");
        Assert.Contains("bme280 (simulated.i2c) on board desk", plan, StringComparison.Ordinal);
        Assert.Matches(@"i2c0 latency +ok +round trip \d+\.\d\d ms p50", plan);

        await MoveAsync(desk, pocket, "thermostat", "pocket");
        await desk.DoAsync("board", "set", "bme280", "temperature=31.5");
        await pocket.DoAsync("board", "set", "bme280", "temperature=5"); // its own is not the one
        await pocket.SaidAsync("thermostat", "temperature 31.50");
        Assert.DoesNotContain(await pocket.ConsoleAsync("thermostat"), line => line.Contains("temperature 5.", StringComparison.Ordinal));
        await pocket.UntilAsync(async () => LinkIsUp().IsMatch(await pocket.DoAsync("vm", "inspect", "thermostat")), "the sensor's link is up");
        Assert.Contains("relay1", (await pocket.DoAsync("vm", "inspect", "thermostat")), StringComparison.Ordinal);

        // Another guest on desk has the same sensor at the same time.
        var local = await ManifestAsync(folder, "thermostat", text => text
            .Replace("name: thermostat", "name: local", StringComparison.Ordinal)
            .Replace("to: relay1", "to: relay2", StringComparison.Ordinal));
        await desk.DoAsync("vm", "create", local, "--start");
        await desk.SaidAsync("local", "temperature 31.50", times: 2);
        var before = (await pocket.ConsoleAsync("thermostat")).Length;
        await pocket.SaidAsync("thermostat", "temperature 31.50", times: before);
        Assert.Contains("thermostat", await desk.DoAsync("board", "show"), StringComparison.Ordinal);

        // Home again it has its own once more.
        await MoveAsync(pocket, desk, "thermostat", "desk");
        await desk.SaidAsync("thermostat", "temperature 31.50");
        Assert.Matches(@"i2c0 +desk/bme280 +shared +stay-behind +here", await desk.DoAsync("vm", "inspect", "thermostat"));
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("led1")]
    public async Task A_light_that_stays_behind_blinks_every_beat_through_moves_and_a_broker_that_dies(string light)
    {
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        await using var third = await RunningDaemon.StartAsync("third", broker.Settings);
        await RunningDaemon.TrustEachOtherAsync(desk, pocket, third);
        using var folder = new TemporaryFolder();
        var manifest = await ManifestAsync(folder, "blinky-counter", text => text.Replace("onMove: rebind", "onMove: stay-behind", StringComparison.Ordinal));
        await desk.DoAsync("vm", "create", manifest, "--start");
        await desk.SaidAsync("blinky-counter", "beat 5 ");

        await MoveAsync(desk, pocket, "blinky-counter", "pocket");
        await pocket.SaidAsync("blinky-counter", "beat", times: 10);
        broker.Kill();
        await pocket.SaidAsync("blinky-counter", "beat", times: 30);
        broker.Start();
        await pocket.SaidAsync("blinky-counter", "beat", times: 40);
        await pocket.UntilAsync(async () => (await pocket.EhvAsync("status")).Output.Contains("connected", StringComparison.Ordinal), "the broker is back");

        await MoveAsync(pocket, third, "blinky-counter", "third");
        await third.SaidAsync("blinky-counter", "beat", times: 10);
        await MoveAsync(third, desk, "blinky-counter", "desk");
        await desk.SaidAsync("blinky-counter", "beat", times: 5);

        // Each beat one change, none lost, none doubled: looked at where the guest stands still, and not between the change and its line.
        var seen = "";
        await desk.UntilAsync(
            async () =>
            {
                await desk.DoAsync("vm", "pause", "blinky-counter");
                var line = (await desk.Service.GetAsync($"v1/board/peripherals/{light}", ControlJson.Default.PeripheralInfo, CancellationToken.None)).Observed;
                var said = (await desk.ConsoleAsync("blinky-counter"))[^1];
                seen = $"the light is {line["level"]} after {line["changes"]} changes, the guest's last line '{said}'";
                if (said.StartsWith($"beat {line["changes"]} level {(line["level"] == "high" ? 1 : 0)} sum ", StringComparison.Ordinal)) return true;
                await desk.DoAsync("vm", "resume", "blinky-counter");
                return false;
            },
            () => $"the light is as the guest says; {seen}");
    }

    [GeneratedRegex(@"i2c0 +desk/bme280 +shared +stay-behind +up, round trip")]
    private static partial Regex LinkIsUp();

    private static async Task<string> ManifestAsync(TemporaryFolder folder, string guest, Func<string, string> change)
    {
        var image = $"{guest}-rv32.elf";
        File.Copy(BuiltTree.Guest(guest, image), Path.Combine(folder.Path, image), overwrite: true);
        return folder.File($"{guest}.vm.yaml", change(await File.ReadAllTextAsync(BuiltTree.Guest(guest, $"{guest}.vm.yaml"))));
    }

    private static async Task MoveAsync(RunningDaemon from, RunningDaemon to, string vm, string board)
    {
        await from.CanMoveAsync(vm, board);
        Assert.Contains("stood still", await from.DoAsync("move", vm, board), StringComparison.Ordinal);
        await to.UntilAsync(async () => (await to.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, CancellationToken.None)).Any(summary => summary.Name == vm), "it arrives");
    }
}
