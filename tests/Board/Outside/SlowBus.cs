// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.BoardTests;

/// <summary>While it lives, each system call of the service on one device begins when it is let go of: a bus that hangs.</summary>
internal sealed class SlowBus : IAsyncDisposable
{
    private readonly Process _strace;

    private SlowBus(Process strace) => _strace = strace;

    public static async Task<SlowBus> MakeAsync(string device)
    {
        var strace = Process.Start(new ProcessStartInfo(
            "strace",
            ["-f", "-p", $"{await Systemd.ProcessAsync()}", "-P", device, "-e", "trace=ioctl", "-e", "inject=ioctl:delay_enter=3600s"])
        { RedirectStandardError = true })!;
        string said;
        do said = await strace.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("strace ended before it had the service");
        while (!said.Contains("attached", StringComparison.Ordinal));
        _ = strace.StandardError.ReadToEndAsync(); // what it traces is of no interest
        return new SlowBus(strace);
    }

    public async ValueTask DisposeAsync()
    {
        const int interrupt = 2; // it lets go of the service then
        Systemd.Signal(_strace.Id, interrupt);
        await _strace.WaitForExitAsync();
        _strace.Dispose();
    }
}
