// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.RegularExpressions;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>packaging/brokers with a real mosquitto: TLS, client certificates, access rules; and the boards' list of operators.</summary>
public partial class BrokerAccessTests
{
    [TheoryWithTool("mosquitto")]
    [InlineData("anna")]
    public async Task Boards_and_operators_with_certificates_do_what_is_theirs_and_nothing_else(string name)
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority(folder);
        using var broker = new PrivateBroker(port => Configuration(folder, authority, port));
        var operators = folder.File("operators", $"{name} broker move jobs\n");
        await using var desk = await RunningDaemon.StartAsync("desk", Settings(broker, authority, "desk", operators));
        await using var pocket = await RunningDaemon.StartAsync("pocket", Settings(broker, authority, "pocket", operators));
        await RunningDaemon.TrustEachOtherAsync(desk, pocket); // with operators, who is a board has to be proved
        var firmware = folder.File("echo.bin", await File.ReadAllBytesAsync(BuiltTree.Guest("echo", "echo-rv32.elf")));
        await desk.DoAsync("vm", "create", folder.File("one.vm.yaml", $"kind: VirtualMachine\nname: one\nmachine: virt-rv32\nfirmware: {firmware}\nmemory: 1Mi\n"), "--start");

        var (certificate, key) = authority.Issue(name);
        string[] identity = ["--broker", $"localhost:{broker.Port}", "--ca", authority.File, "--cert", certificate, "--key", key, "--user", name, "--as-user"];
        await desk.UntilAsync(async () => (await Ehv.RunAsync(["fleet", "ls", .. identity])).Output.Contains("one", StringComparison.Ordinal), "the fleet is seen");
        await desk.KnowsAsync("pocket");
        var moved = await Ehv.RunAsync(["fleet", "move", "one", "pocket", .. identity]);
        Assert.True(moved.ExitCode == 0, moved.Error + desk.Log);
        await desk.LoggedAsync($"command=move by={name}");

        // Who has a certificate of a board may still not speak for another, nor command in somebody's name.
        await PublishAsync(broker, authority, "desk", "edgehypervisor/1/pocket/$state", "lost");
        await PublishAsync(broker, authority, "desk", $"edgehypervisor/1/pocket/command/move/{name}", """{"vm":"one","to":"desk"}""");
        await PublishAsync(broker, authority, name, "edgehypervisor/1/pocket/command/evacuate/" + name, "{}"); // reaches it, and is refused there
        await pocket.LoggedAsync($"'{name}' may not 'evacuate'");
        await pocket.UntilAsync(async () => (await Ehv.RunAsync(["fleet", "ls", .. identity])).Output.Contains("pocket  ready", StringComparison.Ordinal), "nobody else said that it is lost");
        Assert.DoesNotContain("command=move", pocket.Log, StringComparison.Ordinal);
        Assert.Single(await pocket.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, CancellationToken.None));

        var without = await Ehv.RunAsync("fleet", "ls", "--broker", $"localhost:{broker.Port}", "--ca", authority.File);
        Assert.Equal(3, without.ExitCode);
    }

    // EMQX itself is not run: its file is read by its documented grammar, and says the same as the one that a real mosquitto was asked about above.
    [Fact]
    public void The_rules_for_EMQX_are_whole_and_those_for_mosquitto()
    {
        var text = CommentOfEmqx().Replace(File.ReadAllText(BuiltTree.Path("packaging/brokers/emqx-acl.conf")), "");
        Assert.Matches(EmqxFile(), text);
        var rules = EmqxRule().Matches(text).SelectMany(rule => Quoted().Matches(rule.Groups["topics"].Value).SelectMany(topic => Actions(rule.Groups["action"].Value, "publish", "subscribe", "all").Select(action => (action, Filter: topic.Groups[1].Value.Replace("${username}", "%u", StringComparison.Ordinal)))));
        var lines = File.ReadAllLines(BuiltTree.Path("packaging/brokers/mosquitto.acl")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ')).ToArray();
        Assert.All(lines, words => Assert.Equal(("pattern", 3), (words[0], words.Length)));
        var patterns = lines.SelectMany(words => Actions(words[1], "write", "read", "readwrite").Select(action => (action, Filter: words[2])));
        Assert.Equal(patterns.Order(), rules.Order());
    }

    // Whether it is said (0), heard (1), or both.
    private static int[] Actions(string word, string says, string hears, string both) =>
        word == says ? [0] : word == hears ? [1] : word == both ? [0, 1] : throw new ArgumentException($"'{word}' is no action");

    [GeneratedRegex("^%.*$", RegexOptions.Multiline)]
    private static partial Regex CommentOfEmqx();

    [GeneratedRegex(@"\{allow,\s*all,\s*(?<action>[a-z]+),\s*\[(?<topics>[^\]]*)\]\}\.")]
    private static partial Regex EmqxRule();

    // Erlang terms: what is allowed, and at the end everything else is not.
    [GeneratedRegex(@"\A\s*(\{allow,\s*all,\s*(publish|subscribe|all),\s*\[\s*""[^""]+""(\s*,\s*""[^""]+"")*\s*\]\}\.\s*)+\{deny,\s*all\}\.\s*\z")]
    private static partial Regex EmqxFile();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    private static string Configuration(TemporaryFolder folder, TestAuthority authority, int port)
    {
        var (certificate, key) = authority.Issue("broker");
        var shipped = File.ReadAllText(BuiltTree.Path("packaging/brokers/mosquitto.conf"));
        return shipped
            .Replace("8883", $"{port} 127.0.0.1", StringComparison.Ordinal)
            .Replace("/etc/mosquitto/ca.pem", authority.File, StringComparison.Ordinal)
            .Replace("/etc/mosquitto/broker.pem", certificate, StringComparison.Ordinal)
            .Replace("/etc/mosquitto/broker.key", key, StringComparison.Ordinal)
            .Replace("/etc/mosquitto/edge-hypervisor.acl", BuiltTree.Path("packaging/brokers/mosquitto.acl"), StringComparison.Ordinal)
            .Replace("persistence true", $"persistence true\npersistence_location {folder.Path}/", StringComparison.Ordinal) + "user root\n";
    }

    private static string[] Settings(PrivateBroker broker, TestAuthority authority, string board, string operators)
    {
        var (certificate, key) = authority.Issue(board);
        return
        [
            "moves.frozenPatience=60s", "transport.plugin=transport.mqtt", "transport.host=localhost", $"transport.port={broker.Port}", $"transport.caFile={authority.File}",
            $"transport.certificateFile={certificate}", $"transport.keyFile={key}", $"operators={operators}",
        ];
    }

    private static async Task PublishAsync(PrivateBroker broker, TestAuthority authority, string name, string topic, string message)
    {
        var (certificate, key) = authority.Issue(name);
        using var publisher = Process.Start("mosquitto_pub",
            ["-h", "localhost", "-p", $"{broker.Port}", "--cafile", authority.File, "--cert", certificate, "--key", key, "-V", "mqttv5", "-q", "1", "-t", topic, "-m", message]);
        await publisher.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
    }
}
