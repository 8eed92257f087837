// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace EdgeHypervisor.Runtime;

/// <summary>Packets of the remote serial protocol over a stream: <c>$data#checksum</c>, acknowledgements, escapes, and the break byte.</summary>
/// <remarks>GDB manual, appendix E, "Overview" and "Packet Acknowledgment".</remarks>
internal sealed class GdbConnection(Stream stream)
{
    /// <summary>The longest packet, as we tell the debugger.</summary>
    public const int MaximumPacketBytes = 0x4000;

    /// <summary>What a break (Ctrl-C) is read as.</summary>
    public const string BreakPacket = "\u0003";

    private readonly byte[] _buffer = new byte[4096];
    private int _position;
    private int _length;

    /// <summary>Whether each packet is acknowledged; off once both sides trust the stream.</summary>
    public bool Acknowledges { get; set; } = true;

    /// <summary>The next packet, one character for each byte; null when the other side is gone.</summary>
    /// <exception cref="GdbProtocolException">It is longer than a packet may be.</exception>
    public async ValueTask<string?> ReadPacketAsync(CancellationToken cancellation)
    {
        while (true)
        {
            switch (await ReadByteAsync(cancellation).ConfigureAwait(false))
            {
                case -1:
                    return null;
                case 0x03:
                    return BreakPacket;
                case '$':
                    if (await ReadBodyAsync(cancellation).ConfigureAwait(false) is { } packet) return packet;
                    break;
            }
            // Acknowledgements are passed over: the stream is reliable, so nothing is ever sent again.
        }
    }

    /// <summary>Sends a packet, one byte for each character.</summary>
    public async ValueTask WritePacketAsync(string packet, CancellationToken cancellation)
    {
        var bytes = new List<byte>(packet.Length + 4) { (byte)'$' };
        foreach (var c in packet)
        {
            if (c is '$' or '#' or '}' or '*')
            {
                bytes.Add((byte)'}');
                bytes.Add((byte)(c ^ 0x20));
            }
            else
            {
                bytes.Add((byte)c);
            }
        }
        var sum = (byte)bytes.Skip(1).Sum(value => value);
        bytes.Add((byte)'#');
        bytes.AddRange(Encoding.ASCII.GetBytes(sum.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        await stream.WriteAsync(bytes.ToArray(), cancellation).ConfigureAwait(false);
    }

    // Null when the checksum is wrong, which is refused so that the other side sends it again.
    private async ValueTask<string?> ReadBodyAsync(CancellationToken cancellation)
    {
        var body = new StringBuilder();
        var sum = 0;
        var escaped = false;
        while (true)
        {
            var value = await ReadByteAsync(cancellation).ConfigureAwait(false);
            if (value < 0) return null;
            if (value == '#') break;
            sum += value;
            if (!escaped && value == '}')
            {
                escaped = true;
                continue;
            }
            body.Append((char)(escaped ? value ^ 0x20 : value));
            escaped = false;
            if (body.Length > MaximumPacketBytes) throw new GdbProtocolException($"a packet of more than {MaximumPacketBytes} bytes");
        }
        var high = HexDigit(await ReadByteAsync(cancellation).ConfigureAwait(false));
        var low = HexDigit(await ReadByteAsync(cancellation).ConfigureAwait(false));
        var fits = ((high << 4) | low) == (sum & 0xff);
        if (Acknowledges) await stream.WriteAsync(fits ? "+"u8.ToArray() : "-"u8.ToArray(), cancellation).ConfigureAwait(false);
        return fits || !Acknowledges ? body.ToString() : null;
    }

    private static int HexDigit(int value) => value switch
    {
        >= '0' and <= '9' => value - '0',
        >= 'a' and <= 'f' => value - 'a' + 10,
        >= 'A' and <= 'F' => value - 'A' + 10,
        _ => -1,
    };

    private async ValueTask<int> ReadByteAsync(CancellationToken cancellation)
    {
        if (_position == _length)
        {
            _position = 0;
            _length = await stream.ReadAsync(_buffer, cancellation).ConfigureAwait(false);
            if (_length == 0) return -1;
        }
        return _buffer[_position++];
    }
}
