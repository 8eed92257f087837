// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.Demo;

/// <summary>A guest of the demonstration, and what it is heard to say.</summary>
internal sealed class Guest(string name, string manifest, Transcript transcript)
{
    private readonly SemaphoreSlim _hearing = new(1); // on one board after the other
    private readonly StringBuilder _line = new(); // begun on one board, it ends on the next

    public string Name { get; } = name;

    public Transcript Transcript { get; } = transcript;

    /// <summary>Creates it on a board and starts it.</summary>
    public async Task StartAsync(BoardProcess board, CancellationToken cancellation)
    {
        var file = Repository.Source(manifest);
        var request = new VmCreateRequest(await File.ReadAllTextAsync(file, cancellation), file, Start: true);
        await board.Service.SendAsync(HttpMethod.Post, "v1/vms", request, ControlJson.Default.VmCreateRequest, ControlJson.Default.VmSummary, cancellation);
    }

    /// <summary>Types lines on its console, each when it has said what is waited for.</summary>
    public async Task TypeAsync(BoardProcess board, IReadOnlyList<(string WaitFor, string Line)> script, CancellationToken cancellation)
    {
        await using var console = await board.Service.UpgradeAsync($"v1/vms/{Name}/console", ControlSocket.ConsoleProtocol, cancellation);
        var buffer = new byte[1024];
        foreach (var (waitFor, line) in script)
        {
            var heard = "";
            while (!heard.Contains(waitFor, StringComparison.Ordinal))
            {
                var count = await console.ReadAsync(buffer, cancellation);
                if (count == 0) throw new DemoException($"{Name} did not say '{waitFor}'");
                heard += Encoding.ASCII.GetString(buffer, 0, count);
            }
            await console.WriteAsync(Encoding.ASCII.GetBytes(line + "\r"), cancellation);
        }
    }

    /// <summary>Hears it while it is on a board, from its first word there to its last; again whenever it comes back.</summary>
    public async Task ListenAsync(BoardProcess board, CancellationToken cancellation)
    {
        while (true)
        {
            await _hearing.WaitAsync(cancellation);
            try
            {
                await using var console = await board.Service.UpgradeAsync($"v1/vms/{Name}/console", ControlSocket.ConsoleProtocol, cancellation);
                await HearAsync(board, console, cancellation);
            }
            catch (Exception e) when (e is ControlException or IOException)
            {
                // Not there, or not there any more.
            }
            finally
            {
                _hearing.Release();
            }
            await Task.Delay(20, cancellation);
        }
    }

    private async Task HearAsync(BoardProcess board, Stream console, CancellationToken cancellation)
    {
        var buffer = new byte[1024];
        while (await console.ReadAsync(buffer, cancellation) is var count and > 0)
        {
            foreach (var character in Encoding.ASCII.GetString(buffer, 0, count))
            {
                if (character is not ('\r' or '\n'))
                {
                    _line.Append(character);
                    continue;
                }
                if (_line.Length > 0) Transcript.Take(board.Name, _line.ToString());
                _line.Clear();
            }
        }
    }
}
