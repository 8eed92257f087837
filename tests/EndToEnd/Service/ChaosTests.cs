// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A run of eng/Chaos: real services, a real broker, real kills; as many moves as EDGEHYPERVISOR_CHAOS_MOVES says, <c>make chaos</c> for thousands.</summary>
/// <remarks>
/// Only when asked for: with several guests at once a move of the large one has been seen not to end within the harness's 90 s, which is not
/// understood yet. No beat was lost or doubled there.
/// </remarks>
public class ChaosTests
{
    private const string Moves = "EDGEHYPERVISOR_CHAOS_MOVES";

    [TheoryWhenSet(Moves)]
    [InlineData(3)]
    public void Several_guests_move_both_ways_under_every_fault_and_no_beat_is_lost_or_doubled(int seed)
    {
        var moves = int.Parse(Environment.GetEnvironmentVariable(Moves)!, CultureInfo.InvariantCulture);
        var chaos = BuiltTree.Path(Path.Combine("artifacts", "bin", "Chaos", new DirectoryInfo(AppContext.BaseDirectory).Name, "Chaos"));
        var (exitCode, log) = Tool.Run(chaos, [$"{moves}", $"{seed}"], TimeSpan.FromMinutes(4) + TimeSpan.FromSeconds(moves * 5));
        Assert.True(exitCode == 0, log);
        Assert.Contains("the promise held", log, StringComparison.Ordinal);
    }

    private sealed class TheoryWhenSetAttribute : TheoryAttribute
    {
        public TheoryWhenSetAttribute(string variable)
        {
            if (Environment.GetEnvironmentVariable(variable) is null or "") Skip = $"set {variable} to a number, such as 14";
        }
    }
}
