// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Finds the encoding of instruction bits among those that a hart's ISA has. Harts of the same ISA share one, from any thread.
/// </summary>
internal sealed class Decoder
{
    private readonly Row[]?[] _long = new Row[256][];
    private readonly Row[]?[] _short = new Row[32][];
    private Row[]?[]? _rare; // like _long; made when something is in no bucket there

    /// <summary>Sorts the encodings that exist into buckets.</summary>
    public Decoder(Isa isa)
    {
        Isa = isa;
        Distribute(EncodingTable.Common(), _long);
    }

    /// <summary>The ISA it decodes.</summary>
    public Isa Isa { get; }

    /// <summary>Whether the instruction that begins with this halfword is a 16-bit one.</summary>
    public static bool IsShort(uint bits) => (bits & 3) != 3;

    /// <summary>The row of the table for these bits, or null when they mean nothing here.</summary>
    public Encoding? Find(uint bits)
    {
        if (IsShort(bits)) bits = (ushort)bits;
        var rows = IsShort(bits) ? _short[ShortBucketOf(bits)] : _long[LongBucketOf(bits)] ?? Rare[LongBucketOf(bits)];
        if (rows is null) return null;
        for (var i = 0; i < rows.Length; i++)
        {
            ref readonly var row = ref rows[i];
            if ((bits & row.Mask) == row.Match && row.Encoding.Allows(bits)) return row.Encoding;
        }
        return null;
    }

    /// <summary>The decoded instruction; <see cref="Op.Illegal"/> with the bits for what means nothing.</summary>
    public Instruction Decode(uint bits)
    {
        if (IsShort(bits)) bits = (ushort)bits;
        return Find(bits)?.Decode(bits) ?? Illegal(bits);
    }

    private static Instruction Illegal(uint bits) => new()
    {
        Handler = HandlerIndex.Of(Op.Illegal, IsShort(bits) ? HandlerIndex.Compressed : 0),
        Immediate = (int)bits,
    };

    // The major opcode and funct3; quadrant and funct3.
    private const uint LongBucketBits = 0b111_00000_1111100;
    private const uint ShortBucketBits = 0b1110_0000_0000_0011;

    // Two threads may make it at once, and then both make the same.
    private Row[]?[] Rare
    {
        get
        {
            if (_rare is { } known) return known;
            var rare = new Row[_long.Length][];
            Distribute(EncodingTable.Rare(), rare);
            return _rare = rare;
        }
    }

    private static int LongBucketOf(uint bits) => (int)((bits >> 2 & 31) | (bits >> 12 & 7) << 5);

    private static int ShortBucketOf(uint bits) => (int)((bits & 3) | (bits >> 13 & 7) << 2);

    private void Distribute(Encoding[][] chapters, Row[]?[] buckets)
    {
        foreach (var chapter in chapters)
        {
            foreach (var encoding in chapter)
            {
                if (encoding.ExistsFor(Isa.Extensions, Isa.Xlen)) Distribute(encoding, buckets);
            }
        }
    }

    // An encoding belongs to every bucket that its literal bits allow: fields such as rm reach into funct3.
    private void Distribute(Encoding encoding, Row[]?[] buckets)
    {
        var isShort = encoding.LengthBytes == 2;
        var free = (isShort ? ShortBucketBits : LongBucketBits) & ~encoding.Mask;
        // Every subset of the free bits, by the carry trick: subtracting the mask steps through them.
        var subset = 0u;
        do
        {
            var bits = encoding.Match | subset;
            Append(ref isShort ? ref _short[ShortBucketOf(bits)] : ref buckets[LongBucketOf(bits)], encoding);
            subset = (subset - free) & free;
        }
        while (subset != 0);
    }

    private static void Append(ref Row[]? bucket, Encoding encoding)
    {
        var count = bucket?.Length ?? 0;
        var longer = new Row[count + 1];
        if (bucket is not null) Array.Copy(bucket, longer, count);
        longer[count] = new Row(encoding);
        bucket = longer;
    }

    // What is looked at first, side by side.
    private readonly struct Row(Encoding encoding)
    {
        public readonly uint Mask = encoding.Mask;
        public readonly uint Match = encoding.Match;
        public readonly Encoding Encoding = encoding;
    }
}
