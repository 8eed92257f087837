// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.Benchmarks;

namespace EdgeHypervisor.BoardTests;

/// <summary>
/// A guest's pins and buses through the service and the kernel, against a plain C loop of the same system calls on the same chip
/// (another line of it, since the service has the guest's) and bus. Both in processor time, in turns, the median of the rounds. The kernel
/// takes longer over each call of a program whose calls are filtered, as the service's are, so the loop is measured with that filter, too.
/// </summary>
internal static class BoardBench
{
    private const int WarmUps = 6, Rounds = 5, Toggles = 2_000_000, Transactions = 20_000, Edges = 300;
    private const double LeastToggleRatio = 0.8, LeastI2cRatio = 0.9;
    private const string Peer = "plain C loop", FilteredPeer = "plain C loop, filtered", FreeLine = "24";

    public static async Task RunAsync(string file)
    {
        List<double> toggles = [], plainToggles = [], filteredToggles = [], reads = [], plainReads = [];
        await using (var guest = await Guest.StartAsync("bench", "gpio0/3: relay1", "i2c0: { to: [bme280], access: shared }"))
        {
            for (var round = 0; round < WarmUps; round++) // our code is compiled meanwhile
            {
                await guest.DoAsync($"toggle 3 {Toggles}");
                await guest.DoAsync($"i2c repeat 0x76 0xd0 {Transactions}");
            }
            for (var round = 0; round < Rounds; round++)
            {
                plainToggles.Add(await PlainAsync("gpio", FreeLine, Toggles.ToString(CultureInfo.InvariantCulture)));
                filteredToggles.Add(await FilteredAsync("gpio", FreeLine, Toggles.ToString(CultureInfo.InvariantCulture)));
                toggles.Add(await OursAsync(guest, $"toggle 3 {Toggles}", Toggles));
                plainReads.Add(await PlainAsync("i2c", "1", "0x76", Transactions.ToString(CultureInfo.InvariantCulture)));
                reads.Add(await OursAsync(guest, $"i2c repeat 0x76 0xd0 {Transactions}", Transactions));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round + 1} of {Rounds}: toggle {toggles[^1]:0} ns, plain {plainToggles[^1]:0}, filtered {filteredToggles[^1]:0}; I2C {reads[^1]:0} ns, plain {plainReads[^1]:0}"));
            }
        }
        var latencies = await LatenciesAsync();
        Figure[] figures =
        [
            Figure.Cost("board/gpio-toggle", "ns", Statistics.Median(toggles), Statistics.Median(plainToggles), Peer, LeastToggleRatio),
            Figure.Cost("board/gpio-toggle-filtered", "ns", Statistics.Median(toggles), Statistics.Median(filteredToggles), FilteredPeer, null),
            Figure.Cost("board/i2c-write-read", "ns", Statistics.Median(reads), Statistics.Median(plainReads), Peer, LeastI2cRatio),
            Figure.Report("board/edge-to-output-p50", "us", latencies[latencies.Length / 2]),
            Figure.Report("board/edge-to-output-p99", "us", latencies[latencies.Length * 99 / 100]),
        ];
        FigureFile.Merge(file, figures);
        FigureTable.Write(Console.Out, figures);
    }

    private static async Task<double> PlainAsync(params string[] arguments) =>
        double.Parse(await Command.RunAsync("./plain-loop", arguments), CultureInfo.InvariantCulture);

    private static async Task<double> FilteredAsync(params string[] arguments) =>
        double.Parse(
            await Command.RunAsync(
                "systemd-run", ["--quiet", "--collect", "--pipe", "-p", "SystemCallFilter=@system-service", "-p", "SystemCallArchitectures=native", "--same-dir", "./plain-loop", .. arguments]),
            CultureInfo.InvariantCulture);

    private static async Task<double> OursAsync(Guest guest, string command, int count)
    {
        using var service = Process.GetProcessById(await Systemd.ProcessAsync());
        var before = service.TotalProcessorTime;
        await guest.DoAsync(command);
        service.Refresh();
        return (service.TotalProcessorTime - before).TotalNanoseconds / count;
    }

    // From the pull of an input to the level of the output that the guest's interrupt handler drives; sorted.
    private static async Task<double[]> LatenciesAsync()
    {
        using var input = new Pin(27);
        using var output = new Pin(22);
        input.Pull(false);
        await using var guest = await Guest.StartAsync("mirror", "gpio0/7: { to: button1, access: shared }", "gpio0/4: relay2");
        await guest.DoAsync("in 7");
        await guest.DoAsync("mirror 7 4");
        var latencies = new double[Edges];
        for (var i = -20; i < Edges; i++)
        {
            var level = (i & 1) == 0;
            var start = Stopwatch.GetTimestamp();
            input.Pull(level);
            while (output.Level != level) Thread.SpinWait(10);
            if (i >= 0) latencies[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        return [.. latencies.Order()];
    }
}
