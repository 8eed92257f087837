// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;

namespace EdgeHypervisor.Cli;

/// <summary>Opens what <c>--serial</c> names.</summary>
internal static class SerialLines
{
    private const string Tcp = "tcp:";

    public static ISerialLine Open(string text, CommandContext context)
    {
        switch (text)
        {
            case "stdio": return HostTerminal.Open();
            case "none": return new NoSerialLine();
            case "pty":
                var pty = PtySerialLine.Open();
                // As QEMU words it: test runners wait for this line.
                context.Output.WriteLine($"char device redirected to {pty.Path} (label serial0)");
                context.Output.Flush();
                return pty;
        }
        if (text.StartsWith(Tcp, StringComparison.Ordinal)
            && ushort.TryParse(text.AsSpan(Tcp.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            var line = TcpSerialLine.Listen(new IPEndPoint(IPAddress.Loopback, port));
            context.Output.WriteLine($"char device listening on {line.EndPoint} (label serial0)");
            context.Output.Flush();
            return line;
        }
        throw new UserErrorException($"--serial: '{text}' is not known", "it is stdio, pty, tcp:PORT or none", ExitCode.Usage);
    }
}
