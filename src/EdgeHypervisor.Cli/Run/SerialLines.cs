// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;

namespace EdgeHypervisor.Cli;

/// <summary>What <c>--serial</c> names: a line for each device.</summary>
internal sealed class SerialLines : IDisposable
{
    /// <summary>The device that is meant when none is named.</summary>
    public const string FirstSerialPort = "uart0";

    private const string Tcp = "tcp:", Terminal = "stdio";
    private NamedLine[] _lines = [];

    private SerialLines()
    {
    }

    /// <summary>The lines, each of another device.</summary>
    public NamedLine[] Lines => _lines;

    /// <summary>Whether somebody types into this very terminal, which is in raw mode then.</summary>
    public bool IsInteractive => Array.Exists(_lines, named => named.Line.IsInteractive);

    public static SerialLines Open(string[] texts, CommandContext context)
    {
        if (texts.Length == 0) texts = [Terminal];
        var terminals = 0;
        foreach (var text in texts)
        {
            if (RunPlan.OfDevice(FirstSerialPort, text).Value == Terminal && ++terminals > 1)
                throw new UserErrorException("--serial: stdio is named twice", "one of them may be pty or tcp:PORT", ExitCode.Usage);
        }
        var lines = new SerialLines();
        try
        {
            for (var index = 0; index < texts.Length; index++)
            {
                var (device, text) = RunPlan.OfDevice(FirstSerialPort, texts[index]);
                if (Array.Exists(lines._lines, named => named.Device == device)) throw new UserErrorException($"--serial: {device} is named twice", null, ExitCode.Usage);
                var line = Open(text, "serial" + index.ToString(CultureInfo.InvariantCulture), context);
                lines._lines = [.. lines._lines, new NamedLine(device, line)];
            }
            return lines;
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var named in _lines) named.Line.Dispose();
    }

    private static ISerialLine Open(string text, string label, CommandContext context)
    {
        switch (text)
        {
            case Terminal: return HostTerminal.Open();
            case "none": return new NoSerialLine();
            case "pty":
                var pty = PtySerialLine.Open();
                // As QEMU words it: test runners wait for this line.
                context.Output.WriteLine($"char device redirected to {pty.Path} (label {label})");
                context.Output.Flush();
                return pty;
        }
        if (text.StartsWith(Tcp, StringComparison.Ordinal)
            && ushort.TryParse(text.AsSpan(Tcp.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return Listen(port, label, context);
        throw new UserErrorException($"--serial: '{text}' is not known", "it is stdio, pty, tcp:PORT or none", ExitCode.Usage);
    }

    private static TcpSerialLine Listen(ushort port, string label, CommandContext context)
    {
        var line = TcpSerialLine.Listen(new IPEndPoint(IPAddress.Loopback, port));
        context.Output.WriteLine($"char device listening on {line.EndPoint} (label {label})");
        context.Output.Flush();
        return line;
    }
}
