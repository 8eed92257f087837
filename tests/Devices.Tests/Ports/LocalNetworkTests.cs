// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace Devices.Tests.Ports;

public sealed class LocalNetworkTests
{
    private static readonly byte[] Mac = [0x52, 0x54, 0, 0x12, 0x34, 0x56];

    private readonly FakeTurn _turn = new();
    private readonly LocalNetwork _network = new();
    private readonly LocalNetworkPort _port;

    public LocalNetworkTests() => _port = _network.Connect(Mac, _turn);

    [Fact]
    public void The_gateway_answers_who_has_its_address()
    {
        var answer = Ask([.. Ethernet(0x0806), 0, 1, 8, 0, 6, 4, 0, 1, .. Mac, 10, 0, 2, 15, 0, 0, 0, 0, 0, 0, 10, 0, 2, 2]);
        Assert.Equal(Mac, answer![..6]);
        Assert.Equal(2, answer[21]);
        Assert.Equal(Gateway.HardwareAddress.ToArray(), answer[22..28]);
        Assert.Equal([10, 0, 2, 2], answer[28..32]);
        Assert.Equal([.. Mac, 10, 0, 2, 15], answer[32..42]);
    }

    [Fact]
    public void Nobody_has_another_address() =>
        Assert.Null(Ask([.. Ethernet(0x0806), 0, 1, 8, 0, 6, 4, 0, 1, .. Mac, 10, 0, 2, 15, 0, 0, 0, 0, 0, 0, 10, 0, 2, 9]));

    [Fact]
    public void The_gateway_answers_a_ping_with_its_data_and_sound_checksums()
    {
        byte[] ping = [8, 0, 0, 0, 1, 2, 0, 1, .. "odd data!"u8];
        var answer = Ask([.. Ethernet(0x0800), .. Ip(1, ping.Length, [10, 0, 2, 2]), .. ping])!;
        Assert.Equal(0, answer[34]);
        Assert.Equal(ping[4..], answer[38..]);
        Assert.Equal([10, 0, 2, 15], answer[30..34]);
        Assert.Equal(0xFFFF, Sum(answer[14..34]));
        Assert.Equal(0xFFFF, Sum(answer[34..]));
    }

    [Theory]
    [InlineData(1, 2)] // discover, offer
    [InlineData(3, 5)] // request, acknowledge
    public void The_guest_gets_its_address_by_dhcp(byte asks, byte gets)
    {
        var reply = AskDhcp(_port, Mac, asks);
        Assert.Equal(2, reply[0]);
        Assert.Equal([0xCA, 0xFE, 0xBA, 0xBE], reply[4..8]);
        Assert.Equal([10, 0, 2, 15], reply[16..20]);
        Assert.Equal(gets, reply[242]);
    }

    [Fact]
    public void Each_card_keeps_an_address_of_its_own()
    {
        byte[] other = [0x52, 0x54, 0, 1, 2, 3];
        Assert.Equal([10, 0, 2, 15], AskDhcp(_port, Mac, 1)[16..20]);
        Assert.Equal([10, 0, 2, 16], AskDhcp(_port, other, 1)[16..20]);
        Assert.Equal([10, 0, 2, 15], AskDhcp(_port, Mac, 3)[16..20]);
    }

    [Fact]
    public void An_address_that_a_guest_brought_along_is_given_to_nobody_else()
    {
        byte[] stranger = [0x52, 0x54, 0, 9, 9, 9];
        _port.Send([.. Broadcast(stranger, 0x0806), 0, 1, 8, 0, 6, 4, 0, 1, .. stranger, 10, 0, 2, 15, 0, 0, 0, 0, 0, 0, 10, 0, 2, 9]);
        Assert.Equal([10, 0, 2, 16], AskDhcp(_port, Mac, 1)[16..20]);
        Assert.Equal([10, 0, 2, 15], AskDhcp(_port, stranger, 1)[16..20]);
    }

    [Fact]
    public void More_cards_than_addresses_take_the_oldest()
    {
        for (var i = 0; i < 240; i++) AskDhcp(_port, [2, 0, 0, 0, 1, (byte)i], 1);
        Assert.Equal([10, 0, 2, 15], AskDhcp(_port, Mac, 1)[16..20]);
    }

    [Fact]
    public void What_nobody_is_known_for_goes_to_all_others_and_an_answer_only_where_it_belongs()
    {
        byte[] one = [0x52, 0x54, 0, 0, 0, 1], two = [0x52, 0x54, 0, 0, 0, 2];
        using var second = _network.Connect(two, _turn);
        using var third = _network.Connect([0x52, 0x54, 0, 0, 0, 3], _turn);
        _port.Send([.. Broadcast(one, 0x88B5), 1]);
        Assert.NotNull(Take(second));
        Assert.NotNull(Take(third));
        second.Send([.. one, .. two, 0x88, 0xB5, 2]);
        Assert.Equal(2, Take(_port)![14]);
        Assert.Null(Take(third));
        Assert.Null(Take(second));
    }

    [Fact]
    public void A_guest_that_does_not_listen_loses_frames_and_holds_up_nobody()
    {
        using var deaf = _network.Connect([0x52, 0x54, 0, 0, 0, 2], _turn);
        for (var i = 0; i < 1000; i++) _port.Send([.. Ethernet(0x88B5), 1]);
        var heard = 0;
        while (Take(deaf) is not null) heard++;
        Assert.Equal(128, heard);
    }

    [Fact]
    public void A_card_that_is_gone_is_forgotten()
    {
        byte[] two = [0x52, 0x54, 0, 0, 0, 2];
        var second = _network.Connect(two, _turn);
        second.Send([.. Broadcast(two, 0x88B5), 1]);
        second.Dispose();
        using var third = _network.Connect([0x52, 0x54, 0, 0, 0, 3], _turn);
        _port.Send([.. two, .. Mac, 0x88, 0xB5, 7]);
        Assert.Equal(7, Take(third)![14]); // unknown again, so it goes to all
    }

    private static byte[] AskDhcp(LocalNetworkPort port, byte[] card, byte asks)
    {
        var message = new byte[244];
        message[0] = 1;
        (message[4], message[5], message[6], message[7]) = (0xCA, 0xFE, 0xBA, 0xBE);
        card.CopyTo(message, 28);
        byte[] options = [0x63, 0x82, 0x53, 0x63, 53, 1, asks, 255];
        options.CopyTo(message, 236);
        byte[] udp = [0, 68, 0, 67, 0, (byte)(message.Length + 8), 0, 0];
        port.Send([.. Broadcast(card, 0x0800), .. Ip(17, udp.Length + message.Length, [255, 255, 255, 255]), .. udp, .. message]);
        var answer = Take(port)!;
        Assert.Equal(0xFFFF, Sum(answer[14..34]));
        return answer[42..];
    }

    [Fact]
    public void The_device_hears_of_answers_on_its_turn_and_not_while_it_sends()
    {
        var heard = 0;
        _port.OnReadable(() => heard++);
        byte[] ping = [8, 0, 0, 0, 0, 0, 0, 0];
        for (var i = 0; i < 3; i++) _port.Send([.. Ethernet(0x0800), .. Ip(1, ping.Length, [10, 0, 2, 2]), .. ping]);
        Assert.Equal(0, heard);
        _turn.Run();
        Assert.Equal(1, heard);
    }

    [Fact]
    public void No_frame_whatsoever_throws_or_is_answered_without_end() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[0, 3]).Sample((noise, kind) =>
        {
            byte[] frame = kind switch
            {
                0 => noise,
                1 => [.. Ethernet(0x0806), .. noise],
                2 => [.. Ethernet(0x0800), .. Ip(17, noise.Length, [10, 0, 2, 2]), .. noise],
                _ => [.. Ethernet(0x0800), .. Ip(1, noise.Length, [10, 0, 2, 2]), .. noise],
            };
            for (var i = 0; i < 100; i++) _port.Send(frame);
            var answers = 0;
            while (_port.TryReceive(new byte[INetPort.MaximumFrameBytes], out _)) answers++;
            Assert.InRange(answers, 0, 128);
        }, iter: 2000, threads: 1);

    private static byte[] Ethernet(ushort type) => Broadcast(Mac, type);

    private static byte[] Broadcast(byte[] from, ushort type) => [255, 255, 255, 255, 255, 255, .. from, (byte)(type >> 8), (byte)type];

    private static byte[] Ip(byte protocol, int payloadBytes, byte[] destination) =>
        [0x45, 0, (byte)(20 + payloadBytes >> 8), (byte)(20 + payloadBytes), 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 2, 15, .. destination];

    private static int Sum(byte[] bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i += 2) sum += bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0);
        return (sum & 0xFFFF) + (sum >> 16);
    }

    private byte[]? Ask(byte[] frame)
    {
        _port.Send(frame);
        return Take(_port);
    }

    private static byte[]? Take(LocalNetworkPort port)
    {
        var buffer = new byte[INetPort.MaximumFrameBytes];
        return port.TryReceive(buffer, out var length) ? buffer[..length] : null;
    }
}
