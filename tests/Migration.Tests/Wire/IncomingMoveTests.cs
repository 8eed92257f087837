// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using CsCheck;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>What a destination makes of frames that a hostile source, which does have the keys, can send.</summary>
public sealed class IncomingMoveTests
{
    private static readonly MovableRegion[] Regions = [new("ram", 64 * 1024), new("firmware", 5000)];

    [Fact]
    public async Task Any_content_of_frames_ends_the_attempt_at_worst()
    {
        var frame = Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.Select(Gen.Byte[0, 8], Gen.Byte.Array[0, 200]).Select((kind, rest) => (byte[])[kind, .. rest]),
            Gen.Select(Gen.Byte[0, 3], Gen.Int[-10, 200_000], Gen.Byte.Array[0, 200]).Select((codec, length, rest) => (byte[])[1, codec, .. BitConverter.GetBytes(length), .. rest]));
        await frame.Array[1, 5].SampleAsync(async contents =>
        {
            await using var rig = new Rig();
            foreach (var content in contents) rig.Send(content);
            await Assert.ThrowsAnyAsync<MoveException>(() => rig.Incoming.VerifyAsync(default, (ulong)contents.Length));
        }, iter: 300);
    }

    [Theory]
    [InlineData(2, 0, 4096)]
    [InlineData(0, 16, 4096)]
    [InlineData(0, -1, 4096)]
    [InlineData(1, 2, 4096)]
    [InlineData(0, 0, 4095)]
    [InlineData(0, 0, 4097)]
    public async Task A_page_outside_the_offer_is_refused(int region, int page, int length)
    {
        await using var rig = new Rig();
        var block = new byte[2 + 6 + length];
        BinaryPrimitives.WriteUInt16LittleEndian(block, 1);
        block[2] = (byte)region;
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(3), page);
        block[7] = 1;
        rig.Send([1, 0, .. BitConverter.GetBytes(block.Length), .. block]);
        var error = await Assert.ThrowsAsync<MoveException>(() => rig.Incoming.VerifyAsync(default, 1));
        Assert.Contains("can't be understood", error.Message);
    }

    [Theory]
    [InlineData(100, 1, 10)]
    [InlineData(5, 0, 10)]
    [InlineData(-1, 0, 0)]
    [InlineData(int.MaxValue, 0, 1)]
    public async Task A_state_out_of_bounds_is_refused(int total, int offset, int length)
    {
        await using var rig = new Rig();
        rig.Send([2, .. BitConverter.GetBytes(total), .. BitConverter.GetBytes(offset), .. new byte[length]]);
        await Assert.ThrowsAsync<MoveException>(() => rig.Incoming.VerifyAsync(default, 1));
    }

    [Fact]
    public async Task Something_else_than_the_source_has_is_refused()
    {
        await using var rig = new Rig();
        rig.Send([2, .. BitConverter.GetBytes(3), .. BitConverter.GetBytes(0), 1, 2, 3]);
        var right = new ImageDigest(Regions).Root([1, 2, 3]);
        await rig.Incoming.VerifyAsync(right, 1);
        await Assert.ThrowsAsync<MoveException>(() => rig.Incoming.VerifyAsync(right with { A = right.A ^ 1 }, 1));
    }

    [Fact]
    public async Task A_frame_without_the_keys_is_as_good_as_none()
    {
        await using var rig = new Rig();
        var frame = rig.ToDestination.Seal(1, [2, .. new byte[8]]);
        for (var at = 0; at < frame.Length; at++)
        {
            var changed = frame.ToArray();
            changed[at] ^= 0x10;
            rig.Incoming.Stream.OnFrame(changed);
        }
        Assert.Empty(rig.Answers);
        rig.Incoming.Stream.OnFrame(frame);
        Assert.Single(rig.Answers);
    }

    [Fact]
    public async Task What_comes_after_the_last_frame_changes_nothing()
    {
        await using var rig = new Rig();
        rig.Send([2, .. BitConverter.GetBytes(3), .. BitConverter.GetBytes(0), 1, 2, 3]);
        var verified = new ImageDigest(Regions).Root([1, 2, 3]);
        await rig.Incoming.VerifyAsync(verified, 1);
        var block = new byte[2 + 6 + MovableRegion.PageBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(block, 1);
        block[7] = 1;
        for (var i = 0; i < 3; i++) rig.Send([1, 0, .. BitConverter.GetBytes(block.Length), .. block]);
        await rig.Incoming.VerifyAsync(verified, 4); // nor does a later word that there is more
        Assert.Equal(0, rig.Pages);
    }

    /// <summary>A destination that has accepted, and the source's keys.</summary>
    private sealed class Rig : IAsyncDisposable
    {
        private readonly StreamKeys _keys = new();
        private readonly NullReceiver _receiver = new();
        private ulong _number;

        public Rig()
        {
            var move = new MoveId("vm-1", 2, 1);
            var prepare = new ControlMessage
            {
                From = "desk",
                To = "pocket",
                Message = new ProtocolMessage(ProtocolMessageKind.Prepare, move),
                KeyShare = _keys.Share,
                Offer = new VmOffer { Vm = "vm-1", Name = "vm", Description = default, Regions = [.. Regions] },
            };
            Incoming = new IncomingMove(prepare, OfferAnswer.Accept(_receiver), Answers.Add);
            (ToDestination, _) = _keys.Agree(move, _keys.Share, Incoming.KeyShare);
        }

        public IncomingMove Incoming { get; }

        public FrameSeal ToDestination { get; }

        public List<byte[]> Answers { get; } = [];

        /// <summary>How many pages were handed on.</summary>
        public int Pages => _receiver.Pages;

        public void Send(byte[] content) => Incoming.Stream.OnFrame(ToDestination.Seal(++_number, content));

        public ValueTask DisposeAsync() => Incoming.DisposeAsync();
    }

    private sealed class NullReceiver : IVmReceiver
    {
        public int Pages { get; private set; }

        public void WritePage(int region, int page, ReadOnlySpan<byte> content)
        {
            Pages++;
            Assert.InRange(region, 0, Regions.Length - 1);
            Assert.InRange(page, 0, Regions[region].PageCount - 1);
            Assert.Equal(MovableRegion.PageBytes, content.Length);
        }

        public void ReadPage(int region, int page, Span<byte> destination) => destination.Clear();

        public ValueTask SettleAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask BuildAsync(ReadOnlyMemory<byte> state, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask PersistAsync(ReadOnlyMemory<byte> state, Digest256 digest, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
