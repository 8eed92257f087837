// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.Migration;
using Xunit.Abstractions;

namespace Migration.Tests;

/// <summary>The promise of docs/move-protocol.md, over every interleaving within bounds.</summary>
public sealed class ProtocolExplorationTests(ITestOutputHelper output)
{
    /// <summary>The bounds of a run; <c>EDGEHYPERVISOR_EXPLORE=attempts,crashes,reclaims</c> asks for others.</summary>
    /// <remarks>
    /// The last number is how many states there are at least. With 171,136 and 846,308 of them (docs/SPECIFICATION.md) the protocol
    /// may change a little; a model in which something no longer happens has far fewer.
    /// </remarks>
    public static TheoryData<int, int, int, int> Bounds()
    {
        if (Environment.GetEnvironmentVariable("EDGEHYPERVISOR_EXPLORE") is not { Length: > 0 } wanted)
            return new() { { 2, 3, 2, 150_000 }, { 3, 1, 1, 750_000 } };
        var numbers = wanted.Split(',').Select(int.Parse).ToArray();
        return new() { { numbers[0], numbers[1], numbers[2], 1_000 } };
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public void At_most_one_copy_runs_none_is_lost_and_all_ends_when_faults_end(int attempts, int crashes, int reclaims, int leastStates)
    {
        var watch = Stopwatch.StartNew();
        var result = ProtocolExplorer.Explore(new ModelBounds(attempts, crashes, reclaims));
        output.WriteLine($"{attempts} attempts, {crashes} crashes, {reclaims} reclaims: {result.States:N0} states, {result.Steps:N0} steps, " +
            $"{result.Endings:N0} endings, {watch.Elapsed.TotalSeconds:F1} s");
        Assert.Null(result.Violation);
        Assert.True(result.States >= leastStates, $"Only {result.States} states where there were {leastStates} at least: something in the model no longer happens.");
    }

    [Fact]
    public void The_exploration_reaches_every_phase_and_the_way_there_and_back()
    {
        var result = ProtocolExplorer.Explore(new ModelBounds(Attempts: 2, Crashes: 1, Reclaims: 1));
        string[] all =
        [
            // Gone and Owner are where one machine hands over to the other: the board is already the other then.
            .. Enum.GetValues<SourcePhase>().Where(p => p != SourcePhase.Gone).Select(p => $"source {p}"),
            .. Enum.GetValues<DestinationPhase>().Where(p => p != DestinationPhase.Owner).Select(p => $"destination {p}"),
            "down",
        ];
        Assert.Equal(all.Order(), result.Phases.Order());
        Assert.True(result.HighestEpoch >= 3, $"Only epoch {result.HighestEpoch}: the VM never came back.");
    }

    [Theory]
    [MemberData(nameof(ProtocolFaults.Names), MemberType = typeof(ProtocolFaults))]
    public void A_fault_seeded_into_the_protocol_is_found(string fault)
    {
        var result = ProtocolExplorer.Explore(new ModelBounds(Attempts: 2, Crashes: 2, Reclaims: 1), ProtocolFaults.Named(fault));
        output.WriteLine($"{result.States:N0} states; {result.Violation}");
        Assert.NotNull(result.Violation);
    }
}
