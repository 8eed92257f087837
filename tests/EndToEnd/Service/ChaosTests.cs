// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A run of eng/Chaos: real services, a real broker, real kills; <c>make chaos</c> for thousands of moves.</summary>
/// <remarks>
/// As it comes: twelve moves in five rounds, one for each fault but the slow link, which takes most of a minute by itself. With
/// EDGEHYPERVISOR_CHAOS_MOVES so many, under all faults.
/// </remarks>
public class ChaosTests
{
    private const int UsualMoves = 12;
    private const int UsualSeed = 137;
    private const string UsualFaults = "none,cut,broker,destination,source";
    private const string AllFaults = $"{UsualFaults},slow";

    [Fact]
    public void Several_guests_move_both_ways_under_every_fault_and_no_beat_is_lost_or_doubled()
    {
        var asked = Environment.GetEnvironmentVariable("EDGEHYPERVISOR_CHAOS_MOVES") is { Length: > 0 } number ? int.Parse(number, CultureInfo.InvariantCulture) : (int?)null;
        var moves = asked ?? UsualMoves;
        var chaos = BuiltTree.Path(Path.Combine("artifacts", "bin", "Chaos", new DirectoryInfo(AppContext.BaseDirectory).Name, "Chaos"));
        var (exitCode, log) = Tool.Run(chaos, [$"{moves}", $"{UsualSeed}", asked is null ? UsualFaults : AllFaults], TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(moves * 20));
        Assert.True(exitCode == 0, log);
        Assert.Contains("the promise held", log, StringComparison.Ordinal);
        foreach (var fault in UsualFaults.Split(',')) Assert.Contains($" {fault} ", log, StringComparison.OrdinalIgnoreCase);
    }
}
