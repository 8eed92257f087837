// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What the local network's gateway says to a DHCP client.</summary>
/// <remarks>RFC 2131, section 2 and table 3; RFC 2132 for the options.</remarks>
internal static class DhcpAnswer
{
    private const int OptionsAt = 240, ClientHardwareAt = 28, HardwareAddressBytes = 6, OfferedAt = 16, ServerAt = 20;
    private const byte Pad = 0, End = 255, MessageType = 53;
    private const byte Discover = 1, Offer = 2, Request = 3, Acknowledge = 5;

    private static ReadOnlySpan<byte> MagicCookie => [0x63, 0x82, 0x53, 0x63];

    // Server, lease of a day, mask, router.
    private static ReadOnlySpan<byte> Settings =>
        [54, 4, 10, 0, 2, 2, 51, 4, 0, 1, 0x51, 0x80, 1, 4, 255, 255, 255, 0, 3, 4, 10, 0, 2, 2, End];

    /// <summary>The answer; null to what needs none.</summary>
    public static byte[]? To(ReadOnlySpan<byte> request, Leases leases)
    {
        if (request.Length < OptionsAt || request[0] != 1 || !request[236..OptionsAt].SequenceEqual(MagicCookie)) return null;
        var type = FindType(request[OptionsAt..]) switch { Discover => Offer, Request => Acknowledge, _ => (byte)0 };
        if (type == 0) return null;
        var answer = new byte[300]; // the least that a client must accept
        answer[0] = 2;
        request[1..3].CopyTo(answer.AsSpan(1)); // kind and length of hardware addresses
        request[4..8].CopyTo(answer.AsSpan(4)); // whose request it is
        request[10..12].CopyTo(answer.AsSpan(10)); // flags
        leases.Find(request.Slice(ClientHardwareAt, HardwareAddressBytes)).CopyTo(answer.AsSpan(OfferedAt));
        Gateway.Address.CopyTo(answer.AsSpan(ServerAt));
        request[ClientHardwareAt..(ClientHardwareAt + 16)].CopyTo(answer.AsSpan(ClientHardwareAt));
        MagicCookie.CopyTo(answer.AsSpan(236));
        ReadOnlySpan<byte> first = [MessageType, 1, type];
        first.CopyTo(answer.AsSpan(OptionsAt));
        Settings.CopyTo(answer.AsSpan(OptionsAt + first.Length));
        return answer;
    }

    private static byte FindType(ReadOnlySpan<byte> options)
    {
        for (var i = 0; i + 2 < options.Length && options[i] != End;)
        {
            if (options[i] == MessageType) return options[i + 2];
            i += options[i] == Pad ? 1 : 2 + options[i + 1];
        }
        return 0;
    }
}
