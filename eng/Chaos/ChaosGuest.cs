// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Benchmarks;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Demo;

namespace EdgeHypervisor.Chaos;

/// <summary>A guest that says where it is, and what it takes to move it, hear it, and find it.</summary>
internal sealed class ChaosGuest(ChaosStage stage, string vm, BeatBook beats, byte[] firmware, string memory)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private string? _twice;

    public string Name => vm;

    public BeatBook Beats => beats;

    public string? Fault => (beats.Fault ?? _twice) is { } fault ? $"{vm}: {fault}" : null;

    /// <summary>A small guest that counts (firmware-images/blinky-counter).</summary>
    public static ChaosGuest Small(ChaosStage stage, string vm) =>
        new(stage, vm, BeatBook.OfBeats(), File.ReadAllBytes(Repository.Source("firmware-images/blinky-counter/blinky-counter-rv32.elf")), "1Mi");

    /// <summary>A larger one that writes all over its memory and sums up what it finds there (firmware-images/checksum-chain).</summary>
    public static ChaosGuest Large(ChaosStage stage, string vm)
    {
        const int areaKiB = 8 << 10, pagesPerSecond = 400, stepsPerLine = 100;
        var elf = Repository.Source("firmware-images/checksum-chain/checksum-chain-rv32.elf");
        return new ChaosGuest(stage, vm, BeatBook.OfChain(areaKiB / 4, stepsPerLine), FlatImage.WithParameters(elf, (0, areaKiB), (1, pagesPerSecond), (2, stepsPerLine)), "12Mi");
    }

    public async Task CreateAsync(string folder, CancellationToken cancellation)
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, $"{vm}.bin"), firmware, cancellation);
        var file = Path.Combine(folder, $"{vm}.vm.yaml");
        var request = new VmCreateRequest($"kind: VirtualMachine\nname: {vm}\nmachine: virt-rv32\nfirmware: {vm}.bin\nmemory: {memory}\n", file, Start: true);
        await stage.Board(0).Service.SendAsync(HttpMethod.Post, "v1/vms", request, ControlJson.Default.VmCreateRequest, ControlJson.Default.VmSummary, cancellation);
    }

    /// <summary>Hears it on both boards, and looks for what must never be: both running it. Until cancelled.</summary>
    public Task ObserveAsync(CancellationToken cancellation) => Task.WhenAll(ListenAsync(0, cancellation), ListenAsync(1, cancellation), WatchAsync(cancellation));

    /// <summary>Begins a move. A board that was just killed counts as lost until the other one has heard that it is back.</summary>
    public async Task<MoveJob> MoveAsync(int from, string token, CancellationToken cancellation)
    {
        var request = new MoveRequest(vm, ChaosStage.Names[1 - from], token);
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(50, cancellation))
        {
            try
            {
                return await stage.Board(from).Service.SendAsync(HttpMethod.Post, "v1/moves", request, ControlJson.Default.MoveRequest, ControlJson.Default.MoveJob, cancellation);
            }
            catch (ControlException e) when (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new DemoException($"{vm} cannot be moved from {ChaosStage.Names[from]} for {Patience.TotalSeconds} s: {e.Message}{await stage.DescribeAsync(vm)}");
            }
            catch (ControlException)
            {
                // Asked again.
            }
        }
    }

    /// <summary>The job's end; null when the service that had it was killed.</summary>
    public async Task<MoveJob?> EndAsync(int from, string job, CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Patience; await Task.Delay(10, cancellation))
        {
            try
            {
                var jobs = await stage.Board(from).Service.GetAsync("v1/moves", ControlJson.Default.IReadOnlyListMoveJob, cancellation);
                if (jobs.FirstOrDefault(j => j.Id == job) is not { } found) return null;
                if (found.IsFinished) return found;
            }
            catch (Exception e) when (ChaosStage.IsOfKilled(e, cancellation))
            {
                // Being killed.
            }
        }
        throw new DemoException($"{vm}: the move {job} has not come to an end within {Patience.TotalSeconds} s{await stage.DescribeAsync(vm)}");
    }

    /// <summary>The board that runs the guest, once there is just one.</summary>
    public async Task<int> WhereAsync(CancellationToken cancellation)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Patience; await Task.Delay(20, cancellation))
        {
            var states = new[] { await StateAsync(0, cancellation), await StateAsync(1, cancellation) };
            if (states.Count(s => s == "running") == 1 && states.Count(s => s is null) == 1) return Array.IndexOf(states, "running");
        }
        var last = new[] { await StateAsync(0, cancellation), await StateAsync(1, cancellation) };
        throw new DemoException($"{vm} does not run on just one board within {Patience.TotalSeconds} s: on desk it is {last[0] ?? "absent"}, on pocket {last[1] ?? "absent"}{await stage.DescribeAsync(vm)}");
    }

    public async Task BeatsOnAsync(int count, CancellationToken cancellation)
    {
        await WhereAsync(cancellation);
        var until = beats.Heard + count;
        for (var started = TimeProvider.System.GetTimestamp(); beats.Heard < until && Fault is null; await Task.Delay(10, cancellation))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience) throw new DemoException($"{vm} has not been heard for {Patience.TotalSeconds} s after beat {beats.Last}{await stage.DescribeAsync(vm)}");
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // Asked one after the other: it must be on both at the second look too, or it was handed over between the questions.
            var twice = true;
            for (var look = 0; look < 2 && twice; look++) twice = await StateAsync(0, cancellation) == "running" && await StateAsync(1, cancellation) == "running";
            if (twice) _twice ??= "it runs on both boards";
            await Task.Delay(100, cancellation);
        }
    }

    private async Task<string?> StateAsync(int board, CancellationToken cancellation)
    {
        try
        {
            var vms = await stage.Board(board).Service.GetAsync("v1/vms", ControlJson.Default.IReadOnlyListVmSummary, cancellation);
            return vms.FirstOrDefault(each => each.Name == vm)?.State;
        }
        catch (Exception e) when (ChaosStage.IsOfKilled(e, cancellation))
        {
            return "unreachable";
        }
    }

    private async Task ListenAsync(int board, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await using var console = await stage.Board(board).Service.UpgradeAsync($"v1/vms/{vm}/console", ControlSocket.ConsoleProtocol, cancellation);
                using var reader = new StreamReader(console);
                await ReadAsync(reader, (line, isWhole) => beats.Take(ChaosStage.Names[board], line, isWhole), cancellation);
            }
            catch (Exception e) when (ChaosStage.IsOfKilled(e, cancellation))
            {
                // Not there, or not there any more.
            }
            await Task.Delay(20, cancellation);
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string, bool> take, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var buffer = new char[1024];
        try
        {
            while (await reader.ReadAsync(buffer, cancellation) is var count and > 0)
            {
                foreach (var c in buffer.AsSpan(0, count))
                {
                    if (c == '\n')
                    {
                        take(line.ToString(), true);
                        line.Clear();
                    }
                    else if (c != '\r') line.Append(c);
                }
            }
        }
        finally
        {
            if (line.Length > 0) take(line.ToString(), false);
        }
    }
}
