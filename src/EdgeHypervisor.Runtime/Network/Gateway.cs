// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>A local network's gateway: answers ARP, ICMP echo and DHCP, and knows no way to anywhere else.</summary>
/// <remarks>RFC 826 (ARP), RFC 792 (ICMP), RFC 2131 and 2132 (DHCP). Called under its network's lock.</remarks>
internal sealed class Gateway
{
    private const int EthernetBytes = 14, ArpBytes = 28, IpBytes = 20, UdpBytes = 8;
    private const ushort ArpType = 0x0806, IpType = 0x0800;
    private const byte Icmp = 1, Udp = 17;

    private readonly Leases _leases = new();

    /// <summary>Its address on the wire: locally administered.</summary>
    public static ReadOnlySpan<byte> HardwareAddress => [0x52, 0x55, 0x0A, 0x00, 0x02, 0x02];

    /// <summary>Its address, 10.0.2.2.</summary>
    public static ReadOnlySpan<byte> Address => [10, 0, 2, 2];

    /// <summary>What it says to a frame; null for nothing.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> frame)
    {
        var payload = frame[EthernetBytes..];
        var answer = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            ArpType => AnswerArp(payload),
            IpType => AnswerIp(payload),
            _ => null,
        };
        if (answer is null) return null;
        frame[6..12].CopyTo(answer);
        HardwareAddress.CopyTo(answer.AsSpan(6));
        frame[12..14].CopyTo(answer.AsSpan(12));
        return answer;
    }

    private byte[]? AnswerArp(ReadOnlySpan<byte> request)
    {
        ReadOnlySpan<byte> ethernetAndIp = [0, 1, 8, 0, 6, 4, 0];
        if (request.Length < ArpBytes || !request.StartsWith(ethernetAndIp)) return null;
        _leases.Observe(request[8..14], request[14..18]);
        if (request[7] != 1 || !request[24..28].SequenceEqual(Address)) return null;
        var answer = new byte[EthernetBytes + ArpBytes];
        var arp = answer.AsSpan(EthernetBytes);
        ethernetAndIp.CopyTo(arp);
        arp[7] = 2; // an answer
        HardwareAddress.CopyTo(arp[8..]);
        Address.CopyTo(arp[14..]);
        request[8..18].CopyTo(arp[18..]);
        return answer;
    }

    private byte[]? AnswerIp(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < IpBytes || packet[0] >> 4 != 4) return null;
        var headerBytes = (packet[0] & 0xF) * 4;
        var totalBytes = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3FFF) != 0;
        if (headerBytes < IpBytes || totalBytes < headerBytes || totalBytes > packet.Length || isFragment) return null;
        var payload = packet[headerBytes..totalBytes];
        return packet[9] switch
        {
            Icmp when packet[16..20].SequenceEqual(Address) => AnswerEcho(packet[12..16], payload),
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

    private byte[]? AnswerDhcp(ReadOnlySpan<byte> datagram)
    {
        const ushort serverPort = 67, clientPort = 68;
        if (datagram.Length < UdpBytes || BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) != serverPort) return null;
        if (DhcpAnswer.To(datagram[UdpBytes..], _leases) is not { } message) return null;
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
        Address.CopyTo(packet[12..]);
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
