// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>Two daemons, a real broker, and a guest that counts.</summary>
public class MoveTests
{
    private static readonly string Blinky = BuiltTree.Guest("blinky-counter", "blinky-counter.vm.yaml");

    [TheoryWithTool("mosquitto")]
    [InlineData("ehv")]
    [InlineData("message")]
    public async Task A_guest_moves_there_and_back_and_there_again_without_a_lost_beat(string trigger)
    {
        await using var boards = await TwoBoards.StartAsync();
        var (desk, pocket) = (boards.Desk, boards.Pocket);
        await desk.DoAsync("vm", "create", Blinky, "--start");
        await desk.SaidAsync("blinky-counter", "beat 3 ");
        using var tracing = Ehv.Start(desk.Socket, "vm", "trace", "blinky-counter"); // which a move must not mind
        Assert.StartsWith("# trace of", await tracing.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        var trace = tracing.StandardOutput.ReadToEndAsync();

        var heard = new List<Task<string>>();
        foreach (var (from, to) in new[] { (desk, pocket), (pocket, desk), (desk, pocket) })
        {
            heard.Add(await from.HearAsync("blinky-counter"));
            await MoveAsync(boards.Broker, from, to, ReferenceEquals(to, pocket) ? "desk" : "pocket", ReferenceEquals(to, pocket) ? "pocket" : "desk", trigger);
            await to.SaidAsync("blinky-counter", "beat", times: 3);
            Assert.Empty(await from.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, CancellationToken.None));
        }

        Assert.EndsWith("ended: the VM is not here any more\n", await trace.WaitAsync(TimeSpan.FromMinutes(4)), StringComparison.Ordinal);

        // A line may begin on one board and end on the next.
        var consoles = string.Concat(await Task.WhenAll(heard)) + await pocket.ConsoleTextAsync("blinky-counter");
        Assert.True(Beats.AssertUnbroken(consoles.Split("\r\n")) >= 9);
        var back = Assert.Single(await pocket.Service.GetAsync("v1/moves", ControlJson.Default.IReadOnlyListMoveJob, CancellationToken.None));
        Assert.Equal(["stopped", "commit", "first-instruction"], back.Timeline!.Select(step => step.Step).Where(step => step is "stopped" or "commit" or "first-instruction"));
        Assert.Equal(4ul, (await pocket.VmAsync("blinky-counter")).Epoch);

        // Another one of its name is another VM, and no older copy of it.
        await pocket.DoAsync("vm", "rm", "blinky-counter", "--force");
        await pocket.DoAsync("vm", "create", Blinky, "--start");
        await pocket.SaidAsync("blinky-counter", "beat 3 ");
        Assert.Equal(1ul, (await pocket.VmAsync("blinky-counter")).Epoch);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("pocket")]
    public async Task A_move_that_takes_too_long_is_found_and_ended_and_the_guest_stays(string destination)
    {
        await using var boards = await TwoBoards.StartAsync(destination, "checksum-chain");
        var desk = boards.Desk;
        var job = (await desk.DoAsync("move", "checksum-chain", destination, "--bandwidth", "2048", "--detach")).Trim();
        await desk.UntilAsync(async () => (await desk.VmAsync("checksum-chain")).State == "moving", "it is on its way");

        var second = await desk.EhvAsync("move", "checksum-chain", destination);
        Assert.Equal(5, second.ExitCode);
        Assert.Contains($"ehv moves cancel {job}", second.Error, StringComparison.Ordinal);
        await desk.DoAsync("moves", "cancel", job);
        await desk.UntilAsync(async () => (await desk.VmAsync("checksum-chain")).State == "running", "it stays");
        Assert.Matches($@"{job} +checksum-chain +{destination} +(cancelled|failed)", await desk.DoAsync("moves", "ls"));
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("nowhere", "no board 'nowhere' was heard of")]
    [InlineData("desk", "is this board")]
    public async Task A_move_that_cannot_be_is_refused_at_once_with_the_reason(string destination, string reason)
    {
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await desk.DoAsync("vm", "create", Blinky, "--start");
        var ran = await desk.EhvAsync("move", "blinky-counter", destination);
        Assert.Equal(5, ran.ExitCode);
        Assert.Contains(reason, ran.Error, StringComparison.Ordinal);
        Assert.Equal("running", (await desk.VmAsync("blinky-counter")).State);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("pocket")]
    public async Task A_plan_of_a_manifest_says_how_it_would_be_here_and_on_every_board_that_is_known(string other)
    {
        await using var boards = await TwoBoards.StartAsync(other);
        var desk = boards.Desk;
        await desk.KnowsAsync(other);

        var plan = await desk.DoAsync("vm", "plan", Blinky);
        Assert.Matches(@"gpio0/\d+ +ok +to \w+ \(simulated\.gpio\)", plan);
        Assert.Matches($"board {other} +ok +could move there", plan);
        Assert.EndsWith($"\n\ncan start here; can move to {other}\n", plan, StringComparison.Ordinal);
        var there = await desk.DoAsync("vm", "plan", Blinky, "--board", other);
        Assert.Contains("simulated.gpio", there, StringComparison.Ordinal);
        Assert.EndsWith($"\ncan move to {other}\n", there, StringComparison.Ordinal);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("occupied")]
    public async Task What_the_other_board_lacks_is_told_before_and_after_asking(string name)
    {
        await using var boards = await TwoBoards.StartAsync();
        var (desk, pocket) = (boards.Desk, boards.Pocket);
        using var folder = new TemporaryFolder();
        var text = (await File.ReadAllTextAsync(Blinky)).Replace("name: blinky-counter", $"name: {name}", StringComparison.Ordinal);
        File.Copy(BuiltTree.Guest("blinky-counter", "blinky-counter-rv32.elf"), Path.Combine(folder.Path, "blinky-counter-rv32.elf"));
        await pocket.DoAsync("vm", "create", folder.File("occupied.vm.yaml", text), "--start"); // has led1
        await desk.DoAsync("vm", "create", Blinky, "--start");
        await desk.KnowsAsync("pocket");

        var plan = await desk.EhvAsync("vm", "plan", "blinky-counter", "--board", "pocket");
        Assert.Equal(5, plan.ExitCode);
        Assert.Contains("refused", plan.Output, StringComparison.Ordinal);
        Assert.Matches(@"\ncannot move to pocket because of gpio0/\d+ \(above\)\n$", plan.Output);
        Assert.EndsWith("\ncannot move to pocket (why: above)\n", (await desk.EhvAsync("vm", "plan", "blinky-counter")).Output, StringComparison.Ordinal);
        var move = await desk.EhvAsync("move", "blinky-counter", "pocket");
        Assert.Equal(1, move.ExitCode);
        Assert.Contains("led1", move.Error, StringComparison.Ordinal);
        Assert.Equal("running", (await desk.VmAsync("blinky-counter")).State);
        await desk.SaidAsync("blinky-counter", "beat", times: 5);
        Beats.AssertUnbroken(await desk.ConsoleAsync("blinky-counter"));
    }

    private static async Task MoveAsync(PrivateBroker broker, RunningDaemon from, RunningDaemon to, string fromName, string toName, string trigger)
    {
        await from.CanMoveAsync("blinky-counter", toName);
        if (trigger == "ehv")
            Assert.Contains("stood still", await from.DoAsync("move", "blinky-counter", toName), StringComparison.Ordinal);
        else
            await broker.PublishAsync($"edgehypervisor/1/{fromName}/command/move", $$"""{"vm":"blinky-counter","to":"{{toName}}"}""");
        await to.UntilAsync(async () => (await to.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, CancellationToken.None)).Count == 1, "it arrives");
        await from.UntilAsync(async () => (await from.Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, CancellationToken.None)).Count == 0, "it leaves");
    }
}
