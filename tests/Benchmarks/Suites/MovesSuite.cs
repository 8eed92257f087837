// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Benchmarks;

/// <summary>
/// Moves between two services through a mosquitto: how long the guest stands still, with and without the disks' own time for the
/// durable writes, how long it takes in all and how much goes over the wire; QEMU's live migration of the same guest
/// beside it; and small guests over a slow link. The services are those of artifacts/installed, compiled ahead, where they are there.
/// </summary>
internal sealed class MovesSuite : ISuite
{
    private const int ColdMoves = 2; // each board's first as source and as destination: a figure of its own
    private const int Moves = 100, LargeMoves = 30, SlowMoves = 20, Migrations = 5, DowntimeLimitMs = 25;
    private const double SmallP50 = 5, SmallP99 = 10, LargeP50 = 25, SlowTotal = 1000;
    private const int SlowBytesPerSecond = 1_000_000;
    private static readonly TimeSpan SlowOneWay = TimeSpan.FromMilliseconds(25);
    private static readonly MovedGuest[] Small = [new("64k", 64, 256, 2), new("256k", 256, 256, 2)];
    private static readonly MovedGuest Large = new("128m", 32 << 10, 1000, 128);

    public string Name => "moves";

    public IEnumerable<Figure> Measure(Session session)
    {
        var small = Small.Where(IsWanted).ToArray();
        foreach (var guest in small)
        {
            var all = Run(guest, ColdMoves + Moves, TimeSpan.FromSeconds(2));
            var moves = all.Skip(ColdMoves).ToArray();
            yield return Figure.Report($"{Name}/{guest.Name}/first-downtime", "ms", all[0].Job.DowntimeMs!.Value);
            foreach (var figure in Figures(guest, moves)) yield return figure;
            yield return Figure.Report($"{Name}/{guest.Name}/beyond-disk-p10", "ms", Quantile(moves, 0.1, move => move.BeyondDiskMs)); // a busy machine shows here least
            yield return Figure.AtMost($"{Name}/{guest.Name}/beyond-disk-p50", "ms", Quantile(moves, 0.5, move => move.BeyondDiskMs), SmallP50);
            yield return Figure.AtMost($"{Name}/{guest.Name}/beyond-disk-p99", "ms", Quantile(moves, 0.99, move => move.BeyondDiskMs), SmallP99);
        }
        if (IsWanted(Large))
        {
            foreach (var figure in MeasureLarge()) yield return figure;
        }
        if (small.Length == 0) yield break;
        var plain = MoveRun.MoveAsync(small[0], SlowMoves, TimeSpan.FromSeconds(2), TimeSpan.Zero, 0, plainBroker: true).GetAwaiter().GetResult();
        yield return Figure.Report($"{Name}/{small[0].Name}/plain-broker-beyond-disk-p50", "ms", Quantile(plain, 0.5, move => move.BeyondDiskMs));
        foreach (var guest in small)
        {
            var moves = MoveRun.MoveAsync(guest, ColdMoves + SlowMoves, TimeSpan.FromSeconds(2), SlowOneWay, SlowBytesPerSecond).GetAwaiter().GetResult().Skip(ColdMoves).ToArray();
            yield return Figure.Report($"{Name}/{guest.Name}/slow-downtime-p50", "ms", Quantile(moves, 0.5, move => move.Job.DowntimeMs!.Value));
            yield return Figure.Report($"{Name}/{guest.Name}/slow-total-p50", "ms", Quantile(moves, 0.5, move => move.Job.TotalMs!.Value));
            yield return Figure.AtMost($"{Name}/{guest.Name}/slow-total-worst", "ms", moves.Max(move => move.Job.TotalMs!.Value), SlowTotal);
        }

        bool IsWanted(MovedGuest guest) => guest.Name.Contains(session.Kernels, StringComparison.Ordinal);
    }

    private IEnumerable<Figure> MeasureLarge()
    {
        var work = TimeSpan.FromSeconds(10);
        var moves = Run(Large, ColdMoves + LargeMoves, work).Skip(ColdMoves).ToArray();
        var peers = Enumerable.Range(0, Migrations).Select(_ => QemuMigration.RunAsync(Large, work, DowntimeLimitMs).GetAwaiter().GetResult()).ToArray();
        const string peer = "qemu-system-riscv64 live migration";
        yield return Figure.AtMost($"{Name}/128m/downtime-p50-target", "ms", Quantile(moves, 0.5, move => move.Job.DowntimeMs!.Value), LargeP50);
        yield return Figure.Cost($"{Name}/128m/downtime-p50", "ms", Quantile(moves, 0.5, move => move.Job.DowntimeMs!.Value), Statistics.Median(peers.Select(p => p.DowntimeMs)), peer, null);
        yield return Figure.Report($"{Name}/128m/downtime-p99", "ms", Quantile(moves, 0.99, move => move.Job.DowntimeMs!.Value));
        yield return Figure.Report($"{Name}/128m/disk-p50", "ms", Quantile(moves, 0.5, move => move.Job.DiskMs!.Value));
        yield return Figure.Report($"{Name}/128m/beyond-disk-p50", "ms", Quantile(moves, 0.5, move => move.BeyondDiskMs));
        foreach (var figure in Steps(Large, moves)) yield return figure;
        yield return Figure.Cost($"{Name}/128m/total-p50", "ms", Quantile(moves, 0.5, move => move.Job.TotalMs!.Value), Statistics.Median(peers.Select(p => p.TotalMs)), peer, null);
        yield return Figure.Cost($"{Name}/128m/sent-of-ram", "%", Share(moves), 100 * Statistics.Median(peers.Select(p => p.TransferredBytes)) / Large.MemoryBytes, peer, null);

        double Share(IEnumerable<MoveSample> all) => 100 * Statistics.Median(all.Select(move => (double)move.Job.SentBytes)) / Large.MemoryBytes;
    }

    private static IReadOnlyList<MoveSample> Run(MovedGuest guest, int moves, TimeSpan work) => MoveRun.MoveAsync(guest, moves, work, TimeSpan.Zero, 0).GetAwaiter().GetResult();

    private IEnumerable<Figure> Figures(MovedGuest guest, IReadOnlyList<MoveSample> moves)
    {
        yield return Figure.Report($"{Name}/{guest.Name}/downtime-p50", "ms", Quantile(moves, 0.5, move => move.Job.DowntimeMs!.Value));
        yield return Figure.Report($"{Name}/{guest.Name}/downtime-p99", "ms", Quantile(moves, 0.99, move => move.Job.DowntimeMs!.Value));
        yield return Figure.Report($"{Name}/{guest.Name}/disk-p50", "ms", Quantile(moves, 0.5, move => move.Job.DiskMs!.Value));
        yield return Figure.Report($"{Name}/{guest.Name}/disk-p99", "ms", Quantile(moves, 0.99, move => move.Job.DiskMs!.Value));
        yield return Figure.Report($"{Name}/{guest.Name}/total-p50", "ms", Quantile(moves, 0.5, move => move.Job.TotalMs!.Value));
        yield return Figure.Report($"{Name}/{guest.Name}/sent-of-ram", "%", 100 * Quantile(moves, 0.5, move => move.Job.SentBytes) / guest.MemoryBytes);
        foreach (var figure in Steps(guest, moves)) yield return figure;
        // Where it goes when it goes wrong: the one at the 99th percentile; and whether others had the cores then.
        var sorted = moves.OrderBy(move => move.BeyondDiskMs).ToArray();
        var slow = sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * 0.99) - 1)];
        yield return Figure.Report($"{Name}/{guest.Name}/waited-for-core-p50", "ms", Quantile(moves, 0.5, move => move.WaitMs));
        yield return Figure.Report($"{Name}/{guest.Name}/waited-for-core-slowest-tenth", "ms", Statistics.Median(sorted[^Math.Max(1, sorted.Length / 10)..].Select(move => move.WaitMs)));
        yield return Figure.Report($"{Name}/{guest.Name}/at-p99/waited-for-core", "ms", slow.WaitMs);
        foreach (var step in slow.Job.Timeline ?? [])
            yield return Figure.Report($"{Name}/{guest.Name}/at-p99/{step.Step}", "ms", step.AtMs);
    }

    // Where the time goes: the median of when each step was done.
    private IEnumerable<Figure> Steps(MovedGuest guest, IReadOnlyList<MoveSample> moves) => moves
        .SelectMany(move => move.Job.Timeline ?? [])
        .GroupBy(step => step.Step)
        .Select(step => Figure.Report($"{Name}/{guest.Name}/at-p50/{step.Key}", "ms", Statistics.Median(step.Select(s => s.AtMs))));

    private static double Quantile(IReadOnlyList<MoveSample> moves, double share, Func<MoveSample, double> value)
    {
        var sorted = moves.Select(value).Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * share) - 1)]; // the nearest rank
    }
}
