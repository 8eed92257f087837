// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;
using Xunit.Abstractions;

namespace Migration.Tests;

/// <summary>
/// Moves back and forth while boards die and come back at moments drawn from a seed, over a network that loses, doubles and
/// swaps. <c>EDGEHYPERVISOR_CHAOS=N</c> asks for N seeds of each.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    public static TheoryData<int> Seeds() =>
        new(Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("EDGEHYPERVISOR_CHAOS"), out var count) ? count : 4));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task No_beat_is_lost_or_doubled_when_a_board_dies_that_does_not_hold_the_VM(int seed)
    {
        var run = await RunAsync(seed, (board, _) => board.RestartIfEmptyAsync());
        Assert.Empty(run.Broken);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task The_VM_comes_back_once_and_never_twice_when_any_board_dies(int seed)
    {
        var run = await RunAsync(seed, async (board, witness) =>
        {
            witness.AllowsRewind = true;
            await board.CrashAsync();
            await board.StartAsync();
            return true;
        });
        Assert.Empty(run.Broken);
    }

    private async Task<Witness> RunAsync(int seed, Func<TestBoard, Witness, Task<bool>> strike)
    {
        var random = new Random(seed);
        var witness = new Witness();
        var broker = new LossyBroker(seed) { Loss = 0.05, Doubling = 0.05, Swapping = 0.05 };
        await using var desk = await new TestBoard("desk", broker, witness) { Configure = GiveUpSoon }.StartAsync();
        await using var pocket = await new TestBoard("pocket", broker, witness) { Configure = GiveUpSoon }.StartAsync();
        TestBoard[] boards = [desk, pocket];
        await desk.CreateAsync("vm-1");
        var ended = new Dictionary<MoveJobState, int>();
        for (var i = 0; i < 12; i++)
        {
            var job = await BeginAsync(boards);
            await WaitForPhaseAsync(job, random);
            var struck = boards[random.Next(2)];
            var died = await strike(struck, witness);
            // A source that died has forgotten its job; any other job ends.
            if (!died || struck.Name == job.Destination) await job.Completion.WaitAsync(Long);
            await SettledAsync(boards, witness).WaitAsync(Long);
            if (job.Completion.IsCompleted) ended[job.State] = ended.GetValueOrDefault(job.State) + 1;
        }
        broker.Loss = broker.Doubling = broker.Swapping = 0;
        await EndWellAsync(boards, witness).WaitAsync(Long);
        output.WriteLine($"{string.Join(", ", ended.Select(e => $"{e.Value} {e.Key}"))}; {witness.Beats("vm-1")} beats");
        var at = boards.Single(b => b.Vms.Running.Count == 1);
        at.Vms.Vm("vm-1").Kill();
        Assert.Equal(at.Vms.Vm("vm-1").Guest.Unmoved().Chain, at.Vms.Vm("vm-1").Guest.Chain);
        return witness;
    }

    // Nobody is to wait long for a board that is dead.
    private static MoveEndpointOptions GiveUpSoon(MoveEndpointOptions options) => options with { Patience = TimeSpan.FromSeconds(5), FrozenPatience = TimeSpan.FromSeconds(5) };

    // On a good network a move succeeds, on a host that has nothing else to do at the first attempt.
    private static async Task EndWellAsync(TestBoard[] boards, Witness witness)
    {
        while ((await (await BeginAsync(boards)).Completion).State != MoveJobState.Succeeded) await SettledAsync(boards, witness);
    }

    private static async Task<MoveJob> BeginAsync(TestBoard[] boards)
    {
        while (true)
        {
            for (var from = 0; from < 2; from++)
            {
                if (boards[from].Endpoint.List() is not [{ Phase: "Owning" }] || boards[from].Vms.Running.Count == 0) continue;
                return boards[from].Endpoint.Move("vm-1", from == 0 ? "pocket" : "desk");
            }
            await Task.Delay(1);
        }
    }

    /// <summary>Waits until the source is somewhere, drawn by lot, or the move is over.</summary>
    private static async Task WaitForPhaseAsync(MoveJob job, Random random)
    {
        var yields = random.Next(200);
        for (var i = 0; i < yields && !job.Completion.IsCompleted; i++) await Task.Yield();
        if (random.Next(2) == 0) await Task.WhenAny(job.Completion, Task.Delay(random.Next(1, 30)));
    }

    /// <summary>Exactly one board owns and runs it, and the other has nothing under way.</summary>
    private static async Task SettledAsync(TestBoard[] boards, Witness witness)
    {
        while (true)
        {
            var phases = boards.Select(b => b.Endpoint.List().FirstOrDefault()?.Phase ?? "Absent").Order().ToArray();
            if (phases is ["Absent", "Owning"] && boards.Sum(b => b.Vms.Running.Count) == 1 && witness.RunsOn("vm-1") is not null) return;
            await Task.Delay(2);
        }
    }
}
