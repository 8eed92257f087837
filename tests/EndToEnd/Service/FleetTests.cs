// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.Benchmarks;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>The verbs of the fleet, from a machine that only reaches the broker.</summary>
public class FleetTests
{
    private static readonly string Echo = BuiltTree.Guest("echo", "echo-rv32.elf");
    private static readonly string Hello = BuiltTree.Guest("hello", "hello-rv32.elf"); // says hello and switches itself off

    [TheoryWithTool("mosquitto")]
    [InlineData("evacuate")]
    public async Task A_board_is_emptied_onto_boards_that_suit_and_what_suits_nowhere_is_told(string verb)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync("pocket", [.. broker.Settings, "labels.site=roof"]);
        await using var attic = await RunningDaemon.StartAsync("attic", [.. broker.Settings, "labels.site=attic"]);
        await desk.DoAsync("vm", "create", Vm(folder, "one"), "--start");
        await desk.DoAsync("vm", "create", Vm(folder, "two"), "--start");
        await broker.UntilHeardAsync("two");
        await desk.KnowsAsync("pocket", "attic");

        Assert.Contains("one", await broker.EhvAsync(0, "fleet", verb, "desk", "--where", "site=roof"), StringComparison.Ordinal);
        Assert.Equal(["one", "two"], (await NamesAsync(pocket)).Order());
        Assert.Empty(await NamesAsync(desk));

        await pocket.KnowsAsync("desk", "attic");
        Assert.Contains("its labels are not", await broker.EhvAsync(1, "fleet", verb, "pocket", "--where", "site=cellar"), StringComparison.Ordinal);
        Assert.Equal(2, (await NamesAsync(pocket)).Length);
        Assert.Contains("2 of 2 failed", await broker.EhvAsync(0, "fleet", "jobs", "pocket"), StringComparison.Ordinal);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("token-1")]
    public async Task A_VM_finds_its_place_by_itself_and_the_same_token_moves_it_once(string token)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var small = await RunningDaemon.StartAsync("small", [.. broker.Settings, "guestMemory=1Mi"]);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        await small.DoAsync("vm", "create", Vm(folder, "filler"), "--start"); // no room is left there
        await desk.DoAsync("vm", "create", Vm(folder, "one"), "--start");
        await broker.UntilHeardAsync("one");
        await broker.UntilHeardAsync("filler");
        await desk.KnowsAsync("small", "pocket");

        Assert.Contains("one runs on pocket", await broker.EhvAsync(0, "fleet", "move", "one", "--token", token), StringComparison.Ordinal);
        Assert.Equal(["one"], await NamesAsync(pocket));
        var again = JsonDocument.Parse(await broker.AskAsync("desk", "move", $$"""{"vm":"one","to":"pocket","token":"{{token}}"}""")).RootElement;
        Assert.Equal("succeeded", again.GetProperty("job").GetProperty("state").GetString());
        Assert.Equal(2ul, (await pocket.VmAsync("one")).Epoch);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData(240)] // as soon as it has switched itself off it is known to be bad
    public async Task A_bad_firmware_stops_after_its_group_and_the_VM_has_its_old_one_again(int settle)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        await desk.DoAsync("vm", "create", Vm(folder, "echo-1"), "--start");
        await pocket.DoAsync("vm", "create", Vm(folder, "echo-2"), "--start");
        await desk.DoAsync("vm", "create", Vm(folder, "other"), "--start");
        foreach (var vm in new[] { "echo-1", "echo-2", "other" }) await broker.UntilHeardAsync(vm);
        await desk.KnowsAsync("desk", "pocket", "echo-1", "echo-2", "other");
        var before = (await DetailsAsync(desk, "echo-1")).Image;

        var bad = await broker.EhvAsync(1, "fleet", "rollout", "echo-*", "--firmware", Hello, "--on", "desk", "--settle", $"{settle}");
        Assert.Contains("stopped after group 1: 1 failed, 0 may", bad, StringComparison.Ordinal);
        Assert.Equal((before, "running"), ((await DetailsAsync(desk, "echo-1")).Image, (await desk.VmAsync("echo-1")).State));
        Assert.Equal(before, (await DetailsAsync(pocket, "echo-2")).Image);

        var good = BuiltTree.Guest("idle", "idle-rv32.elf");
        Assert.Contains("rollout: 2 done", await broker.EhvAsync(0, "fleet", "rollout", "echo-*", "--firmware", good, "--on", "desk", "--settle", "0"), StringComparison.Ordinal);
        var after = (await DetailsAsync(pocket, "echo-2")).Image;
        Assert.NotEqual(before, after);
        Assert.Equal((after, before), ((await DetailsAsync(desk, "echo-1")).Image, (await DetailsAsync(desk, "other")).Image));
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("desk")]
    public async Task A_job_goes_on_when_its_board_was_killed_in_the_middle(string board)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync(board, broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        string[] vms = ["a", "b", "c", "d"];
        foreach (var vm in vms) await desk.DoAsync("vm", "create", Vm(folder, vm), "--start");
        foreach (var vm in vms) await broker.UntilHeardAsync(vm);
        await desk.KnowsAsync("pocket");

        var id = (await broker.EhvAsync(0, "fleet", "evacuate", board, "--parallel", "1", "--detach")).Trim();
        await desk.UntilAsync(async () => (await NamesAsync(pocket)).Length > 0, "the first one has left");
        await desk.KillAsync();
        await desk.StartAgainAsync();
        await desk.UntilAsync(async () => (await broker.AskAsync(board, "jobs", $$"""{"job":"{{id}}"}""")).Contains("\"state\":\"succeeded\",\"steps\"", StringComparison.Ordinal), "the job ends well");
        Assert.Equal(vms, (await NamesAsync(pocket)).Order());
        Assert.Empty(await NamesAsync(desk));
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("rebalance")]
    public async Task The_busiest_boards_load_is_spread(string verb)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk", [.. broker.Settings, "workers=1"]);
        await using var pocket = await RunningDaemon.StartAsync("pocket", [.. broker.Settings, "workers=1"]);
        // Two that never rest on one thread: about half of it each.
        foreach (var vm in new[] { "busy-1", "busy-2" }) await desk.DoAsync("vm", "create", Vm(folder, vm, BuiltTree.Guest("checksum-chain", "checksum-chain-rv32.elf"), "4Mi", 1_000_000), "--start");
        await broker.UntilAsync("desk", "$load", load => load.GetProperty("busyPercent").GetDouble() > 60 && load.GetProperty("vms").EnumerateObject().All(vm => vm.Value.GetDouble() > 20));

        // The board that is asked hears of the load a little later than we do.
        var dry = "";
        await pocket.UntilAsync(
            async () => (dry = await broker.EhvAsync(0, "fleet", verb, "--on", "pocket", "--dry-run", "--format", "json")).Contains("\"to\":\"pocket\"", StringComparison.Ordinal),
            () => $"one is to go from desk to pocket; it says: {dry}");
        Assert.Equal(2, (await NamesAsync(desk)).Length);
        await broker.EhvAsync(0, "fleet", verb, "--on", "pocket");
        Assert.Single(await NamesAsync(desk));
        Assert.Single(await NamesAsync(pocket));
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("anna")]
    public async Task Who_is_listed_commands_and_who_is_not_is_told_why(string name)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        var key = Path.Combine(folder.Path, $"{name}.key");
        var line = (await Ehv.RunAsync("fleet", "key", key)).Output.Trim();
        var operators = folder.File("operators", line.Replace(" all", " move jobs", StringComparison.Ordinal) + "\nci broker evacuate\n");
        await using var desk = await RunningDaemon.StartAsync("desk", [.. broker.Settings, $"operators={operators}"]);
        await using var pocket = await RunningDaemon.StartAsync("pocket", broker.Settings);
        await desk.DoAsync("vm", "create", Vm(folder, "one"), "--start");
        await broker.UntilHeardAsync("one");
        await desk.CanMoveAsync("one", "pocket");

        Assert.Contains("'move' needs a signature", await broker.EhvAsync(5, "fleet", "move", "one", "pocket"), StringComparison.Ordinal);
        Assert.Contains("'anna' may not 'evacuate'", await broker.EhvAsync(5, "fleet", "evacuate", "desk", "--operator", key), StringComparison.Ordinal);
        Assert.Equal(["one"], await NamesAsync(desk));
        Assert.Contains("one runs on pocket", await broker.EhvAsync(0, "fleet", "move", "one", "pocket", "--operator", key), StringComparison.Ordinal);
        await desk.LoggedAsync("by=anna");
        await desk.LoggedAsync("refused topic=edgehypervisor/1/desk/command/evacuate by=anna");
        // The local owner needs nobody's leave; but who has operators takes nothing from boards that prove nothing.
        await desk.DoAsync("vm", "create", Vm(folder, "two"));
        await pocket.KnowsAsync("desk");
        var back = await pocket.EhvAsync("move", "one", "desk");
        Assert.NotEqual(0, back.ExitCode);
        Assert.Contains("a list of operators and none of trusted boards", back.Output + back.Error, StringComparison.Ordinal);
        Assert.Contains("evacuate", await broker.AskAsync("desk", "evacuate/ci", "{}"), StringComparison.Ordinal);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("one")]
    public async Task A_VM_whose_destination_is_gone_can_be_adopted_by_force_and_the_risk_is_told(string vm)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var ghost = await GhostBoard.StartAsync("ghost", broker, folder);
        await desk.DoAsync("vm", "create", Vm(folder, vm), "--start");
        await desk.KnowsAsync("ghost");
        await desk.DoAsync("move", vm, "ghost", "--detach");
        await desk.UntilAsync(desk.IsInDoubtAsync, "the handover is decided, and nobody answers");
        Assert.Equal("moving", (await desk.VmAsync(vm)).State);

        var asked = await desk.EhvAsync("adopt", vm);
        Assert.Equal(5, asked.ExitCode);
        Assert.Contains("two copies", asked.Error, StringComparison.Ordinal);
        Assert.Contains("is this board's again", await desk.DoAsync("adopt", vm, "--force"), StringComparison.Ordinal);
        await desk.UntilAsync(async () => (await desk.VmAsync(vm)).State == "running", "it goes on");
        Assert.True((await desk.VmAsync(vm)).Epoch > 1_000_000);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("blinky-counter")]
    public async Task A_VM_that_was_given_away_and_is_taken_back_after_a_crash_goes_on_from_where_it_stood_still(string vm)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var ghost = await GhostBoard.StartAsync("ghost", broker, folder);
        await desk.DoAsync("vm", "create", BuiltTree.Guest(vm, $"{vm}.vm.yaml"), "--start");
        await desk.SaidAsync(vm, "beat 3 ");
        await desk.KnowsAsync("ghost");
        await desk.DoAsync("move", vm, "ghost", "--detach");
        await desk.UntilAsync(desk.IsInDoubtAsync, "the handover is decided, and nobody answers");
        var said = Beats.AssertUnbroken(await desk.ConsoleAsync(vm));

        await desk.KillAsync(); // nothing of it was ever saved but the image that was kept while it was handed over
        await desk.StartAgainAsync();
        await desk.DoAsync("adopt", vm, "--force");
        await desk.SaidAsync(vm, "beat", times: 2);
        Beats.AssertGoesOn(said, await desk.ConsoleAsync(vm));
    }

    private static async Task<string[]> NamesAsync(RunningDaemon daemon) =>
        [.. (await daemon.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, CancellationToken.None)).Select(vm => vm.Name)];

    private static Task<VmDetails> DetailsAsync(RunningDaemon daemon, string vm) => daemon.Service.GetAsync($"v1/vms/{vm}", ControlJson.Default.VmDetails, CancellationToken.None);

    private static string Vm(TemporaryFolder folder, string name, string? elf = null, string memory = "1Mi", int pagesPerSecond = 0)
    {
        var firmware = folder.File($"{name}.bin", pagesPerSecond > 0 ? FlatImage.WithParameters(elf!, (1, (uint)pagesPerSecond)) : File.ReadAllBytes(elf ?? Echo));
        return folder.File($"{name}.vm.yaml", $"kind: VirtualMachine\nname: {name}\nmachine: virt-rv32\nfirmware: {firmware}\nmemory: {memory}\n");
    }
}
