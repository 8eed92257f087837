// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// A network of two: the guest and a gateway at 10.0.2.2 that gives the guest 10.0.2.15 by DHCP, answers ARP and ICMP echo,
/// and reaches nothing else. The addresses are those of QEMU's user network, so guests set up for that work here.
/// </summary>
/// <remarks>RFC 826 (ARP), RFC 792 (ICMP), RFC 2131 and 2132 (DHCP). Frames from the guest are not trusted in any length.</remarks>
/// <param name="turn">Where the device hears of answers.</param>
public sealed class LocalNetwork(IVmTurn turn) : INetPort
{
    private const int MaximumWaiting = 64;
    private const int EthernetBytes = 14, ArpBytes = 28, IpBytes = 20, UdpBytes = 8;
    private const ushort ArpType = 0x0806, IpType = 0x0800;
    private const byte Icmp = 1, Udp = 17;

    private readonly Queue<byte[]> _waiting = new();
    private Action? _readable;
    private bool _isPosted;

    /// <summary>The gateway's address on the wire: locally administered.</summary>
    public static ReadOnlySpan<byte> GatewayMac => [0x52, 0x55, 0x0A, 0x00, 0x02, 0x02];

    /// <summary>The gateway's address, 10.0.2.2.</summary>
    public static ReadOnlySpan<byte> Gateway => [10, 0, 2, 2];

    /// <summary>The guest's address, 10.0.2.15.</summary>
    public static ReadOnlySpan<byte> Guest => [10, 0, 2, 15];

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetBytes || frame.Length > INetPort.MaximumFrameBytes) return;
        var payload = frame[EthernetBytes..];
        var answer = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            ArpType => AnswerArp(payload),
            IpType => AnswerIp(payload),
            _ => null,
        };
        if (answer is null || _waiting.Count == MaximumWaiting) return;
        frame[6..12].CopyTo(answer);
        GatewayMac.CopyTo(answer.AsSpan(6));
        frame[12..14].CopyTo(answer.AsSpan(12));
        _waiting.Enqueue(answer);
        Announce();
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int lengthBytes)
    {
        lengthBytes = 0;
        if (!_waiting.TryDequeue(out var frame)) return false;
        frame.CopyTo(buffer);
        lengthBytes = frame.Length;
        return true;
    }

    /// <inheritdoc/>
    public void OnReadable(Action handler) => _readable = handler;

    private void Announce()
    {
        if (_isPosted) return;
        _isPosted = true;
        turn.Post(() =>
        {
            _isPosted = false;
            _readable?.Invoke();
        });
    }

    private static byte[]? AnswerArp(ReadOnlySpan<byte> request)
    {
        ReadOnlySpan<byte> ethernetAndIpRequest = [0, 1, 8, 0, 6, 4, 0, 1];
        if (request.Length < ArpBytes || !request.StartsWith(ethernetAndIpRequest) || !request[24..28].SequenceEqual(Gateway)) return null;
        var answer = new byte[EthernetBytes + ArpBytes];
        var arp = answer.AsSpan(EthernetBytes);
        ethernetAndIpRequest.CopyTo(arp);
        arp[7] = 2; // an answer
        GatewayMac.CopyTo(arp[8..]);
        Gateway.CopyTo(arp[14..]);
        request[8..18].CopyTo(arp[18..]);
        return answer;
    }

    private static byte[]? AnswerIp(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < IpBytes || packet[0] >> 4 != 4) return null;
        var headerBytes = (packet[0] & 0xF) * 4;
        var totalBytes = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        if (headerBytes < IpBytes || totalBytes < headerBytes || totalBytes > packet.Length || isFragment) return null;
        var payload = packet[headerBytes..totalBytes];
        return packet[9] switch
        {
            Icmp when packet[16..20].SequenceEqual(Gateway) => AnswerEcho(packet[12..16], payload),
            Udp => AnswerDhcp(payload),
            _ => null,
        };
    }

    private static byte[]? AnswerEcho(ReadOnlySpan<byte> sender, ReadOnlySpan<byte> request)
    {
        const byte echoRequest = 8, echoReply = 0;
        if (request.Length < 8 || request[0] != echoRequest || request[1] != 0) return null;
        var answer = new byte[EthernetBytes + IpBytes + request.Length];
        var icmp = answer.AsSpan(EthernetBytes + IpBytes);
        request.CopyTo(icmp);
        icmp[0] = echoReply;
        icmp[2..4].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], Checksum(icmp));
        WriteIpHeader(answer.AsSpan(EthernetBytes), Icmp, sender);
        return answer;
    }

    private static byte[]? AnswerDhcp(ReadOnlySpan<byte> datagram)
    {
        const ushort serverPort = 67, clientPort = 68;
        if (datagram.Length < UdpBytes || BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != serverPort) return null;
        if (DhcpAnswer.To(datagram[UdpBytes..]) is not { } message) return null;
        var answer = new byte[EthernetBytes + IpBytes + UdpBytes + message.Length];
        var udp = answer.AsSpan(EthernetBytes + IpBytes);
        BinaryPrimitives.WriteUInt16BigEndian(udp, serverPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], clientPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length); // no checksum: zero, as IPv4 allows
        message.CopyTo(udp[UdpBytes..]);
        WriteIpHeader(answer.AsSpan(EthernetBytes), Udp, [255, 255, 255, 255]);
        return answer;
    }

    private static void WriteIpHeader(Span<byte> packet, byte protocol, ReadOnlySpan<byte> destination)
    {
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[8] = 64; // time to live
        packet[9] = protocol;
        Gateway.CopyTo(packet[12..]);
        destination.CopyTo(packet[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(packet[..IpBytes]));
    }

    /// <summary>The Internet checksum, RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i + 1 < bytes.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        if (bytes.Length % 2 != 0) sum += (uint)bytes[^1] << 8;
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
