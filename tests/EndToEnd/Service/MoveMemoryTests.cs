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
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync(destination, broker.Settings);
        await desk.DoAsync("vm", "create", BuiltTree.Guest("blinky-counter", "blinky-counter.vm.yaml"), "--start");
        await desk.CanMoveAsync("blinky-counter", destination);
        Assert.Contains("stood still", await desk.DoAsync("move", "blinky-counter", destination, "--token", Token), StringComparison.Ordinal);
        await desk.StopAsync();

        await desk.StartAgainAsync();
        Assert.Matches($@"blinky-counter +{destination} +succeeded", await desk.DoAsync("moves", "ls"));
        Assert.Contains("stood still", await desk.DoAsync("move", "blinky-counter", destination, "--token", Token), StringComparison.Ordinal);
        Assert.Equal("running", (await pocket.VmAsync("blinky-counter")).State);
    }

    [TheoryWithTool("mosquitto")]
    [InlineData("pocket")]
    public async Task A_move_in_whose_middle_the_service_was_killed_is_known_and_how_it_ended(string destination)
    {
        using var broker = new PrivateBroker();
        await using var desk = await RunningDaemon.StartAsync("desk", broker.Settings);
        await using var pocket = await RunningDaemon.StartAsync(destination, broker.Settings);
        await desk.DoAsync("vm", "create", BuiltTree.Guest("checksum-chain", "checksum-chain.vm.yaml"), "--start");
        await desk.CanMoveAsync("checksum-chain", destination);
        var job = (await desk.DoAsync("move", "checksum-chain", destination, "--bandwidth", "2048", "--token", Token, "--detach")).Trim();
        await desk.UntilAsync(async () => (await desk.VmAsync("checksum-chain")).State == "moving", "it is on its way");
        await desk.KillAsync();

        await desk.StartAgainAsync();
        await desk.UntilAsync(async () => (await desk.DoAsync("moves", "ls")).Contains("failed", StringComparison.Ordinal), "it is known that the move has ended");
        Assert.Matches($@"{job} +checksum-chain +{destination} +failed", await desk.DoAsync("moves", "ls"));
        Assert.Equal(job, (await desk.DoAsync("move", "checksum-chain", destination, "--token", Token, "--detach")).Trim());
        await desk.UntilAsync(async () => (await desk.VmAsync("checksum-chain")).State == "running", "it stays");
    }
}
