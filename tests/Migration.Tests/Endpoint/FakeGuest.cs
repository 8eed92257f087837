// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>
/// A guest that is a pure function of its beats: each beat changes memory in a way that depends on all that was there, so
/// that one lost, repeated or torn page shows for ever after.
/// </summary>
internal sealed class FakeGuest
{
    public FakeGuest(IReadOnlyList<MovableRegion> regions)
    {
        Regions = regions;
        Memory = [.. regions.Select(r => new byte[r.PageCount * MovableRegion.PageBytes])];
        Dirty = new PageSet(regions);
        if (regions.Count > 1) new Random(7).NextBytes(Memory[1].AsSpan(0, (int)regions[1].LengthBytes)); // a firmware
        for (var region = 0; region < regions.Count; region++) Dirty.AddAll(region);
    }

    public IReadOnlyList<MovableRegion> Regions { get; }

    public byte[][] Memory { get; }

    public PageSet Dirty { get; }

    public ulong Beats { get; private set; }

    public ulong Chain { get; private set; } = 0x9E3779B97F4A7C15;

    /// <summary>How many pages a beat writes.</summary>
    public int PagesPerBeat { get; set; } = 3;

    public void Beat()
    {
        Beats++;
        for (var i = 0; i < PagesPerBeat; i++)
        {
            Chain = (Chain ^ Beats) * 0x9E3779B97F4A7C15 + (Chain >> 29);
            var at = (int)(Chain % (ulong)(Memory[0].Length / 8)) * 8;
            var word = Memory[0].AsSpan(at, 8);
            Chain ^= BinaryPrimitives.ReadUInt64LittleEndian(word);
            BinaryPrimitives.WriteUInt64LittleEndian(word, Beats % 7 == 0 ? 0 : Chain);
            Dirty.Add(0, at / MovableRegion.PageBytes);
        }
    }

    public byte[] SaveState()
    {
        var state = new byte[20];
        BinaryPrimitives.WriteUInt64LittleEndian(state, Beats);
        BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(8), Chain);
        BinaryPrimitives.WriteInt32LittleEndian(state.AsSpan(16), PagesPerBeat);
        return state;
    }

    public void Restore(ReadOnlySpan<byte> state)
    {
        if (state.Length != 20) throw new InvalidOperationException("the state has the wrong length");
        Beats = BinaryPrimitives.ReadUInt64LittleEndian(state);
        Chain = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        PagesPerBeat = BinaryPrimitives.ReadInt32LittleEndian(state[16..]);
    }

    /// <summary>The same guest, never moved, after as many beats.</summary>
    public FakeGuest Unmoved()
    {
        var twin = new FakeGuest(Regions) { PagesPerBeat = PagesPerBeat };
        while (twin.Beats < Beats) twin.Beat();
        return twin;
    }

    public FakeGuest Clone()
    {
        var clone = new FakeGuest(Regions);
        for (var i = 0; i < Memory.Length; i++) Memory[i].CopyTo(clone.Memory[i], 0);
        clone.Restore(SaveState());
        return clone;
    }
}
