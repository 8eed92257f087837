// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending.Tests;

/// <summary>Asking other boards before anything is touched.</summary>
public sealed class PlanTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Boards_that_do_not_answer_are_waited_for_all_at_once()
    {
        using var boards = new TwoBoards();
        var plan = boards.Pocket.Endpoint.PlanAsync(Bench.Manifest("vm", "gpio0/0: attic/relay, gpio0/1: cellar/relay, gpio0/2: shed/relay"), CancellationToken.None);
        boards.Advance(new LendingOptions { Board = "pocket" }.AnswerPatience);
        Assert.Equal(3, (await plan.WaitAsync(Hang)).Problems.Count);
    }

    [Fact]
    public async Task A_manifest_that_names_boards_by_the_dozen_is_not_asked_about()
    {
        using var boards = new TwoBoards();
        var map = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"gpio0/{i}: board-{i}/relay"));
        var plan = await boards.Pocket.Endpoint.PlanAsync(Bench.Manifest("vm", map), CancellationToken.None);
        Assert.Equal(20, plan.Problems.Count);
        Assert.All(plan.Problems, problem => Assert.Contains("16 are the most", problem.Message));
    }
}
