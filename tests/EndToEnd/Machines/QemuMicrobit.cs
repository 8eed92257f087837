// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;

namespace EdgeHypervisor.EndToEnd.Machines;

/// <summary>The peer of our <c>microbit</c>: QEMU's, whose UART somebody types at.</summary>
internal sealed class QemuMicrobit : IDisposable
{
    public const string Program = "/usr/bin/qemu-system-arm";
    private const int AtOnce = 16; // its UART takes 64 bytes and loses the next ones
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly StringBuilder _heard = new();

    public QemuMicrobit(string firmware) => _process = Process.Start(new ProcessStartInfo(
        Program, ["-M", "microbit", "-display", "none", "-monitor", "none", "-serial", "stdio", "-device", $"loader,file={firmware}"])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Gives what comes until a text that ends what has come so far.</summary>
    public Task<string> HearAsync(string end) => HearAsync(_heard.Length, text => text.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Types a line at a prompt and gives what comes until the next prompt.</summary>
    public async Task<string> AskAsync(string line, string prompt)
    {
        var from = _heard.Length;
        foreach (var piece in (line + "\r").Chunk(AtOnce))
        {
            var before = _heard.Length;
            await _process.StandardInput.WriteAsync(piece);
            await _process.StandardInput.FlushAsync();
            await HearAsync(before, text => text.Length >= piece.Length); // each letter comes back
        }
        return await HearAsync(from, text => text.EndsWith(prompt, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task<string> HearAsync(int from, Func<string, bool> isEnough)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new char[256];
        while (!isEnough(_heard.ToString(from, _heard.Length - from)))
        {
            var count = await _process.StandardOutput.ReadAsync(buffer, patience.Token).AsTask()
                .ContinueWith(read => read.IsCompletedSuccessfully ? read.Result : 0, TaskScheduler.Default);
            Assert.True(count > 0, $"QEMU says nothing more; heard: {_heard}");
            _heard.Append(buffer, 0, count);
        }
        return _heard.ToString(from, _heard.Length - from);
    }
}
