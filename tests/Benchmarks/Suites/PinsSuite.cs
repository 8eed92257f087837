// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// How often a second of processor time a guest toggles a line of the simulated board, which counts each change; and where it
/// remembers them too. And how many transactions a second it has with a target whose wire takes time, against a plain loop
/// around the same driver, which has nothing to share and nobody to wait for.
/// </summary>
internal sealed class PinsSuite : ISuite
{
    private const int Toggles = 40_000_000, Transactions = 10_000;
    private const double LeastMillionPerSecond = 20, LeastOfPlain = 0.9;
    private const string Peer = "plain loop";

    public string Name => "pins";

    public IEnumerable<Figure> Measure(Session session)
    {
        yield return Figure.AtLeast($"{Name}/simulated-toggles", "M/s", Million(session, "driver: simulated.gpio, line: 17"), LeastMillionPerSecond);
        yield return Figure.Report($"{Name}/simulated-toggles-traced", "M/s", Million(session, "driver: simulated.gpio, line: 17, trace: 1024"));
        foreach (var (wireUs, what) in ((int, string)[])[(95, "400kHz"), (380, "100kHz")]) // 38 bits, as a register of one byte takes
        {
            var rounds = Rounds(session, $"driver: simulated.i2c, bus: 1, model: registers, address: 0x76, latencyUs: {wireUs}", Transactions);
            yield return Figure.Cost($"{Name}/i2c-{what}", "us", 1e6 / Statistics.Median(rounds.Select(round => round.ByTime)), 1e6 / Statistics.Median(rounds.Select(round => round.PlainByTime)), Peer, LeastOfPlain);
            yield return Figure.Cost($"{Name}/i2c-{what}-cpu", "us", 1e6 / Statistics.Median(rounds.Select(round => round.ByProcessor)), 1e6 / Statistics.Median(rounds.Select(round => round.PlainByProcessor)), Peer, null);
        }
    }

    private static double Million(Session session, string driver) => Statistics.Median(Rounds(session, driver, Toggles).Select(round => round.ByProcessor)) / 1e6;

    private static PinsRound[] Rounds(Session session, string driver, int count)
    {
        var run = ChildProcess.Run(Environment.ProcessPath!,
            [.. OurRunner.SelfArguments, PinsProcess.Command, driver, count.ToString(CultureInfo.InvariantCulture), session.Rounds.ToString(CultureInfo.InvariantCulture)], RunLimits.Timeout);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(PinsRound.Parse)];
    }
}
