// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// Finds the encoding of instruction bits among those that a hart's ISA has. Immutable: harts of the same ISA share one.
/// </summary>
internal sealed class Decoder
{
    private const int LongBuckets = 256;
    private const int ShortBuckets = 32;
    private readonly Encoding[][] _long;
    private readonly Encoding[][] _short;

    /// <summary>Sorts the encodings that exist into buckets.</summary>
    public Decoder(Isa isa)
    {
        Isa = isa;
        var exist = EncodingTable.All().Where(e => e.ExistsFor(isa.Extensions, isa.Xlen)).ToArray();
        _long = Distribute(exist.Where(e => e.LengthBytes == 4), LongBuckets, LongBucketOf, LongBucketBits);
        _short = Distribute(exist.Where(e => e.LengthBytes == 2), ShortBuckets, ShortBucketOf, ShortBucketBits);
    }

    /// <summary>The ISA it decodes.</summary>
    public Isa Isa { get; }

    /// <summary>Whether the instruction that begins with this halfword is a 16-bit one.</summary>
    public static bool IsShort(uint bits) => (bits & 3) != 3;

    /// <summary>The row of the table for these bits, or null when they mean nothing here.</summary>
    public Encoding? Find(uint bits)
    {
        if (IsShort(bits)) bits = (ushort)bits;
        foreach (var encoding in IsShort(bits) ? _short[ShortBucketOf(bits)] : _long[LongBucketOf(bits)])
        {
            if (encoding.Fits(bits)) return encoding;
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

    private static int LongBucketOf(uint bits) => (int)((bits >> 2 & 31) | (bits >> 12 & 7) << 5);

    private static int ShortBucketOf(uint bits) => (int)((bits & 3) | (bits >> 13 & 7) << 2);

    // An encoding belongs to every bucket that its literal bits allow: fields such as rm reach into funct3.
    private static Encoding[][] Distribute(IEnumerable<Encoding> encodings, int buckets, Func<uint, int> bucketOf, uint bucketBits)
    {
        var lists = Enumerable.Range(0, buckets).Select(_ => new List<Encoding>()).ToArray();
        foreach (var encoding in encodings)
        {
            var free = bucketBits & ~encoding.Mask;
            // Every subset of the free bits, by the carry trick: subtracting the mask steps through them.
            var subset = 0u;
            do
            {
                lists[bucketOf(encoding.Match | subset)].Add(encoding);
                subset = (subset - free) & free;
            }
            while (subset != 0);
        }
        return [.. lists.Select(l => l.ToArray())];
    }
}
