// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>docs/asyncapi.yaml says just what boards and <c>ehv</c> send.</summary>
public class AsyncApiTests
{
    // Sent only when the broker shows who asks (BrokerAccessTests), or when a peripheral of another board is used.
    private static readonly string[] Rare = ["userCommand", "lendControl", "lendData"];

    [TheoryWithTool("mosquitto")]
    [InlineData("thermostat")]
    public async Task Every_message_is_described_and_every_description_is_of_a_message(string _)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await broker.PublishAsync("tests/begin", "-", retain: true); // what a listener is told first
        using var listener = Process.Start(new ProcessStartInfo("stdbuf", ["-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-t", "#", "-F", "%t %X"]) { RedirectStandardOutput = true })!;
        await UntilAsync(listener.StandardOutput, "tests/begin");
        var hearing = UntilAsync(listener.StandardOutput, "tests/end");
        await RunEverythingAsync(broker, folder);
        await broker.PublishAsync("tests/end", "-");
        var heard = await hearing;
        listener.Kill();

        var document = new AsyncApiDocument();
        var seen = new HashSet<string>();
        foreach (var line in heard)
        {
            var (topic, payload) = line.Split(' ', 2) is [var t, var p] ? (t, Convert.FromHexString(p)) : (line.Trim(), []);
            if (topic.StartsWith("tests/", StringComparison.Ordinal)) continue;
            var channel = document.Find(topic);
            Assert.True(channel is not null, $"docs/asyncapi.yaml has no channel for {topic}");
            var problem = document.Check(channel, payload);
            Assert.True(problem is null, $"{topic}: {System.Text.Encoding.UTF8.GetString(payload)}: {problem}");
            seen.Add(channel);
        }
        Assert.Equal(document.Channels.Except(Rare).Order(), seen.Except(Rare).Order());
    }

    // The lines before the one of this topic.
    private static async Task<List<string>> UntilAsync(StreamReader reader, string topic)
    {
        var lines = new List<string>();
        while (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(4)) is { } line && !line.StartsWith(topic, StringComparison.Ordinal)) lines.Add(line);
        return lines;
    }

    private static async Task RunEverythingAsync(PrivateBroker broker, TemporaryFolder folder)
    {
        await using var desk = await RunningDaemon.StartAsync("desk", [.. broker.Settings, "labels.site=roof"]);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        var firmware = folder.File("echo.bin", File.ReadAllBytes(BuiltTree.Guest("echo", "echo-rv32.elf")));
        foreach (var (daemon, vm) in new[] { (desk, "one"), (pocket, "two") })
        {
            await daemon.DoAsync("vm", "create", folder.File($"{vm}.vm.yaml", $"kind: VirtualMachine\nname: {vm}\nmachine: virt-rv32\nfirmware: {firmware}\nmemory: 1Mi\n"), "--start");
            await broker.UntilHeardAsync(vm);
        }
        await desk.KnowsAsync("pocket", "one", "two");
        await pocket.KnowsAsync("desk", "one", "two");
        await broker.EhvAsync(0, "fleet", "move", "one", "pocket", "--throttle", "50");
        await broker.EhvAsync(0, "fleet", "evacuate", "pocket");
        await broker.EhvAsync(0, "fleet", "rebalance", "--dry-run");
        await broker.EhvAsync(0, "fleet", "rollout", "*", "--firmware", BuiltTree.Guest("idle", "idle-rv32.elf"), "--on", "pocket", "--settle", "0");
        await desk.DoAsync("vm", "plan", "one", "--board", "pocket");
        await broker.EhvAsync(0, "fleet", "jobs");
        await broker.AskAsync("desk", "cancel", """{"job":"none"}""");
        await desk.DoAsync("vm", "rm", "one", "--force");
        await pocket.KillAsync(); // its last will
        await broker.UntilSaidAsync("pocket", "$state", "lost");
        await desk.StopAsync();
    }
}
