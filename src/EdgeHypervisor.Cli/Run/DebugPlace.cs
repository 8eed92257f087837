// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;

namespace EdgeHypervisor.Cli;

/// <summary>Where <c>ehv run --gdb</c> listens: <c>tcp:PORT</c> or <c>tcp:ADDRESS:PORT</c>, and <c>,wait</c> where the machine is to wait there.</summary>
/// <param name="EndPoint">The address and port.</param>
/// <param name="IsAwaited">Whether the machine stands still until the debugger lets it go on.</param>
internal sealed record DebugPlace(IPEndPoint EndPoint, bool IsAwaited)
{
    /// <summary>As QEMU's -s.</summary>
    public const string Default = "tcp:1234";

    private const string Tcp = "tcp:", Wait = ",wait";

    public static DebugPlace Parse(string text)
    {
        var isAwaited = text.EndsWith(Wait, StringComparison.Ordinal);
        var place = isAwaited ? text[..^Wait.Length] : text;
        if (place.StartsWith(Tcp, StringComparison.Ordinal)) place = place[Tcp.Length..];
        if (ushort.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return new DebugPlace(new IPEndPoint(IPAddress.Loopback, port), isAwaited);
        place = place.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal);
        if (!place.Contains(':', StringComparison.Ordinal) || !IPEndPoint.TryParse(place, out var endPoint))
            throw new UserErrorException($"--gdb: '{text}' is not a place", "for example --gdb tcp:1234, or --gdb tcp:1234,wait", ExitCode.Usage);
        return IPAddress.IsLoopback(endPoint.Address)
            ? new DebugPlace(endPoint, isAwaited)
            : throw new UserErrorException($"--gdb: {endPoint.Address} can be reached by others, and GDB's protocol has no password", "use tcp:PORT, and ssh -L from elsewhere", ExitCode.Usage);
    }
}
