// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A board remembers the moves that were asked of it over its own restarts.</summary>
public sealed class MoveMemoryTests
{
    private const string Token = "the-owners-token";

    [TheoryWithTool("mosquitto")]
    [InlineData("pocket")]
    public async Task A_move_that_is_over_is_known_after_a_restart_and_asked_for_again_it_is_not_done_again(string destination)
    {
        await using var boards = await TwoBoards.StartAsync(destination, "blinky-counter");
        var desk = boards.Desk;
        Assert.Contains("stood still", await desk.DoAsync("move", "blinky-counter", destination, "--token", Token), StringComparison.Ordinal);
        await desk.StopAsync();

        await desk.StartAgainAsync();
        Assert.Matches($@"blinky-counter +{destination} +succeeded", await desk.DoAsync("moves", "ls"));
        Assert.Contains("stood still", await desk.DoAsync("move", "blinky-counter", destination, "--token", Token), StringComparison.Ordinal);
        Assert.Equal("running", (await boards.Pocket.VmAsync("blinky-counter")).State);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("pocket")]
    public async Task A_move_in_whose_middle_the_service_was_killed_is_known_and_how_it_ended(string destination)
    {
        await using var boards = await TwoBoards.StartAsync(destination, "checksum-chain");
        var desk = boards.Desk;
        var job = (await desk.DoAsync("move", "checksum-chain", destination, "--bandwidth", "2048", "--token", Token, "--detach")).Trim();
        await desk.UntilAsync(async () => (await desk.VmAsync("checksum-chain")).State == "moving", "it is on its way");
        await desk.KillAsync();

        await desk.StartAgainAsync();
        await desk.UntilAsync(async () => (await desk.DoAsync("moves", "ls")).Contains("failed", StringComparison.Ordinal), "it is known that the move has ended");
        Assert.Matches($@"{job} +checksum-chain +{destination} +failed", await desk.DoAsync("moves", "ls"));
        Assert.Equal(job, (await desk.DoAsync("move", "checksum-chain", destination, "--token", Token, "--detach")).Trim());
        await desk.UntilAsync(async () => (await desk.VmAsync("checksum-chain")).State == "running", "it stays");
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("ghost")]
    public async Task A_move_that_a_failing_disk_left_in_doubt_is_over_when_the_journals_say_so(string destination)
    {
        using var broker = new PrivateBroker();
        using var folder = new TemporaryFolder();
        await using var desk = await RunningDaemon.StartAsync(["env", "--ignore-signal=XFSZ", BuiltTree.Daemon], "desk", broker.Settings);
        await using var ghost = await GhostBoard.StartAsync(destination, broker, folder);
        await desk.DoAsync("vm", "create", BuiltTree.Guest("checksum-chain", "checksum-chain.vm.yaml"), "--start");
        await desk.KnowsAsync(destination);
        var job = (await desk.DoAsync("move", "checksum-chain", destination, "--detach")).Trim();
        await desk.UntilAsync(desk.IsInDoubtAsync, "the handover is decided, and nobody answers");
        desk.FailToWrite();
        ghost.Wake();
        await desk.UntilAsync(async () => (await desk.DoAsync("moves", "ls")).Contains("in doubt", StringComparison.Ordinal), "that the VM was taken cannot be written down");
        Assert.Contains("disk failed", (await desk.EhvAsync("adopt", "checksum-chain", "--force")).Error, StringComparison.Ordinal);
        await desk.KillAsync();

        await desk.StartAgainAsync();
        await desk.UntilAsync(async () => (await desk.DoAsync("moves", "ls")).Contains("succeeded", StringComparison.Ordinal), "the other board says again that it has the VM");
        Assert.Matches($@"{job} +checksum-chain +{destination} +succeeded", await desk.DoAsync("moves", "ls"));
    }
}
