// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

public sealed class ControlCodecTests
{
    private static readonly Gen<string> Name = Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789"].Array[1, WireName.MaximumLength].Select(c => new string(c));

    private static readonly Gen<Digest256> Digest = Gen.ULong.Array[4].Select(u => new Digest256(u[0], u[1], u[2], u[3]));

    private static readonly Gen<ControlMessage> Message =
        from kind in Gen.Enum<ProtocolMessageKind>()
        from vm in Name
        from epoch in Gen.ULong[1, ulong.MaxValue / 4]
        from transaction in Gen.ULong
        from digest in Digest
        from reason in Gen.String[0, 100]
        from payload in Gen.Int[0, int.MaxValue]
        from last in Gen.ULong
        from codec in Gen.Enum<BlockCodec>()
        from knows in Gen.Bool
        select new ControlMessage
        {
            From = "desk",
            To = "pocket",
            Message = new ProtocolMessage(kind, new MoveId(vm, epoch, transaction)) { Digest = digest, Reason = reason.Replace('\uFFFD', '?') },
            MaximumPayloadBytes = payload,
            LastFrame = last,
            Codec = codec,
            KnowsPages = knows,
        };

    private static ControlMessage Prepare() => new()
    {
        From = "desk",
        To = "pocket",
        Message = new ProtocolMessage(ProtocolMessageKind.Prepare, new MoveId("vm-1", 2, 1)),
        KeyShare = new byte[91],
        Offer = new VmOffer { Vm = "vm-1", Name = "the vm", Description = new byte[300], Regions = [new("ram", 1 << 20), new("firmware", 5)] },
    };

    [Fact]
    public void A_message_is_read_as_it_was_written() => Message.Where(m => IsText(m.Message.Reason)).Sample(message =>
    {
        var read = ControlCodec.Decode(ControlCodec.Encode(message));
        return read with { KeyShare = default } == message;
    });

    [Fact]
    public void An_epoch_that_cannot_be_counted_on_from_is_refused()
    {
        var message = Prepare() with { Message = new ProtocolMessage(ProtocolMessageKind.Revoke, new MoveId("vm-1", ulong.MaxValue, 1)) };
        Assert.Throws<FormatException>(() => ControlCodec.Decode(ControlCodec.Encode(message)));
    }

    [Fact]
    public void An_offer_is_read_as_it_was_written()
    {
        var read = ControlCodec.Decode(ControlCodec.Encode(Prepare()));
        Assert.Equal(Prepare().Offer!.Regions.AsEnumerable(), read.Offer!.Regions.AsEnumerable());
        Assert.Equal(Prepare().Offer!.Description.ToArray(), read.Offer.Description.ToArray());
        Assert.Equal(91, read.KeyShare.Length);
    }

    [Fact]
    public void Any_bytes_are_a_message_or_a_clear_error() => Gen.Byte.Array[0, 300].Sample(Decodes);

    [Fact]
    public void A_message_with_any_change_is_a_message_or_a_clear_error()
    {
        var whole = ControlCodec.Encode(Prepare());
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length]).Sample((at, value, length) =>
        {
            var changed = whole.ToArray();
            changed[at] = value;
            Decodes(changed);
            Decodes(changed[..length]);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(MovableRegion.MaximumLengthBytes + 1)]
    public void A_region_of_an_impossible_length_is_refused(long length)
    {
        var message = Prepare();
        message = message with { Offer = message.Offer! with { Regions = [new("ram", length)] } };
        Assert.Throws<FormatException>(() => ControlCodec.Decode(ControlCodec.Encode(message)));
    }

    private static void Decodes(byte[] bytes)
    {
        try
        {
            ControlCodec.Decode(bytes);
        }
        catch (FormatException)
        {
            // Said what is wrong.
        }
    }

    private static bool IsText(string text) => text.All(c => !char.IsSurrogate(c));
}
