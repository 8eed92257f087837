// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Chaos;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Demo;

namespace EdgeHypervisor.Benchmarks;

/// <summary>Moves a guest back and forth between two services through a mosquitto.</summary>
internal static class MoveRun
{
    /// <summary>The service as a board has it, where that is there: what is compiled while a guest stands still would be measured else.</summary>
    private static string? Program => ServiceProcess.AsInstalled(Checkout.Root) is var installed && File.Exists(installed) ? installed : null;

    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    /// <returns>Each move.</returns>
    public static async Task<IReadOnlyList<MoveSample>> MoveAsync(MovedGuest guest, int moves, TimeSpan workBefore, TimeSpan oneWay, int bytesPerSecond, bool plainBroker = false)
    {
        var folder = Directory.CreateTempSubdirectory("bench-moves-");
        await using var stage = new ChaosStage(plainBroker ? "" : "set_tcp_nodelay true\n", isDirect: oneWay == default && bytesPerSecond == 0, Program); // as packaging/brokers/mosquitto.conf has it
        try
        {
            await stage.WaitUntilReadyAsync(CancellationToken.None);
            // One board is far away, the other sits beside the broker.
            (stage.Links[1].Delay, stage.Links[1].BytesPerSecond) = (oneWay, bytesPerSecond);
            var manifest = guest.WriteManifest(folder.FullName);
            var request = new VmCreateRequest(await File.ReadAllTextAsync(manifest), manifest, Start: true);
            await stage.Board(0).Service.SendAsync(HttpMethod.Post, "v1/vms", request, ControlJson.Default.VmCreateRequest, ControlJson.Default.VmSummary, CancellationToken.None);
            await Task.Delay(workBefore);
            var samples = new List<MoveSample>();
            for (var i = 0; i < moves; i++)
            {
                var before = CoreWait.OfMs(stage.Board(0).ProcessId, stage.Board(1).ProcessId);
                var job = await MoveAsync(stage, $"chain-{guest.Name}", i % 2);
                samples.Add(new MoveSample(job, Math.Max(0, CoreWait.OfMs(stage.Board(0).ProcessId, stage.Board(1).ProcessId) - before)));
                await Task.Delay(Settling);
            }
            return samples;
        }
        catch (Exception e) when (e is DemoException or ControlException)
        {
            throw new BenchmarkException($"{guest.Name}: {e.Message}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<MoveJob> MoveAsync(ChaosStage stage, string vm, int from)
    {
        var service = stage.Board(from).Service;
        var job = await service.SendAsync(HttpMethod.Post, "v1/moves", new MoveRequest(vm, ChaosStage.Names[1 - from]), ControlJson.Default.MoveRequest, ControlJson.Default.MoveJob, CancellationToken.None);
        await foreach (var now in service.StreamAsync($"v1/moves/{job.Id}/events", ControlJson.Default.MoveJob, CancellationToken.None)) job = now;
        return job.State == "succeeded" ? job : throw new BenchmarkException($"a move of {vm} {job.State}: {job.Reason}\n{stage.Logs}");
    }
}
