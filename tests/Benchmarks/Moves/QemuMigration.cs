// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace EdgeHypervisor.Benchmarks;

/// <summary>QEMU's own live migration of the same guest between two processes over loopback, as QEMU reports it (QMP, query-migrate).</summary>
internal static class QemuMigration
{
    private const string Program = "qemu-system-riscv64";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>What QEMU says of one migration.</summary>
    public sealed record Report(double DowntimeMs, double TotalMs, double TransferredBytes);

    public static async Task<Report> RunAsync(MovedGuest guest, TimeSpan workBefore, int downtimeLimitMs)
    {
        var folder = Directory.CreateTempSubdirectory("bench-qemu-");
        var port = FreePort();
        var (sourceSocket, targetSocket) = (Path.Combine(folder.FullName, "source"), Path.Combine(folder.FullName, "target"));
        using var target = Start(guest, targetSocket, "-incoming", $"tcp:127.0.0.1:{port}");
        using var source = Start(guest, sourceSocket);
        try
        {
            using var qmp = await QmpClient.ConnectAsync(sourceSocket, Patience);
            using var other = await QmpClient.ConnectAsync(targetSocket, Patience);
            await Task.Delay(workBefore);
            await qmp.DoAsync($$$"""{"execute":"migrate-set-parameters","arguments":{"downtime-limit":{{{downtimeLimitMs}}},"max-bandwidth":0}}""");
            await qmp.DoAsync($$$"""{"execute":"migrate","arguments":{"uri":"tcp:127.0.0.1:{{{port}}}"}}""");
            for (var begun = Stopwatch.StartNew(); begun.Elapsed < Patience; await Task.Delay(20))
            {
                var state = await qmp.DoAsync("""{"execute":"query-migrate"}""");
                switch (state.GetProperty("status").GetString())
                {
                    case "completed":
                        return new Report(state.GetProperty("downtime").GetDouble(), state.GetProperty("total-time").GetDouble(), state.GetProperty("ram").GetProperty("transferred").GetDouble());
                    case "failed" or "cancelled":
                        throw new BenchmarkException($"QEMU's migration failed: {state}");
                }
            }
            throw new BenchmarkException($"QEMU's migration has not ended within {Patience.TotalSeconds} s");
        }
        finally
        {
            foreach (var process in new[] { source, target }) process.Kill();
            foreach (var process in new[] { source, target }) await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static Process Start(MovedGuest guest, string socket, params string[] more) =>
        Process.Start(Program, [.. guest.QemuArguments, "-qmp", string.Create(CultureInfo.InvariantCulture, $"unix:{socket},server=on,wait=off"), .. more])
        ?? throw new BenchmarkException($"{Program} did not start");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>QEMU's control connection: a line of JSON each way.</summary>
    private sealed class QmpClient : IDisposable
    {
        private readonly StreamReader _reader;
        private readonly StreamWriter _writer;

        private QmpClient(Stream stream) => (_reader, _writer) = (new StreamReader(stream), new StreamWriter(stream) { AutoFlush = true });

        public static async Task<QmpClient> ConnectAsync(string path, TimeSpan patience)
        {
            for (var begun = Stopwatch.StartNew(); ; await Task.Delay(20))
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                    var client = new QmpClient(new NetworkStream(socket, ownsSocket: true));
                    await client._reader.ReadLineAsync(); // its greeting
                    await client.DoAsync("""{"execute":"qmp_capabilities"}""");
                    return client;
                }
                catch (SocketException) when (begun.Elapsed < patience)
                {
                    socket.Dispose();
                }
            }
        }

        public async Task<JsonElement> DoAsync(string command)
        {
            await _writer.WriteLineAsync(command);
            while (await _reader.ReadLineAsync() is { } line)
            {
                using var answer = JsonDocument.Parse(line);
                if (answer.RootElement.TryGetProperty("return", out var result)) return result.Clone();
                if (answer.RootElement.TryGetProperty("error", out var error)) throw new BenchmarkException($"QEMU refuses {command}: {error}");
            }
            throw new BenchmarkException("QEMU has ended");
        }

        public void Dispose()
        {
            _reader.Dispose();
            _writer.Dispose();
        }
    }
}
