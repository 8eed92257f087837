// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.EndToEnd.Machines;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>A short run of eng/Chaos: real services, a real broker, real kills. EDGEHYPERVISOR_CHAOS_MOVES asks for more, <c>make chaos</c> for thousands.</summary>
public class ChaosTests
{
    [TheoryWithTool("mosquitto")]
    [InlineData(3)]
    public void Several_guests_move_both_ways_under_every_fault_and_no_beat_is_lost_or_doubled(int seed)
    {
        var moves = int.Parse(Environment.GetEnvironmentVariable("EDGEHYPERVISOR_CHAOS_MOVES") ?? "14", CultureInfo.InvariantCulture);
        var chaos = BuiltTree.Path(Path.Combine("artifacts", "bin", "Chaos", new DirectoryInfo(AppContext.BaseDirectory).Name, "Chaos"));
        var (exitCode, log) = Tool.Run(chaos, [$"{moves}", $"{seed}"], TimeSpan.FromMinutes(4) + TimeSpan.FromSeconds(moves * 5));
        Assert.True(exitCode == 0, log);
        Assert.Contains("the promise held", log, StringComparison.Ordinal);
    }
}
