// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Translation;

/// <summary>
/// What a 64-bit register can hold, as a signed number from <paramref name="Low"/> to <paramref name="High"/>. Numbers
/// beyond 48 bits are given up, so that sums and shifts of ranges do not overflow: they become <see cref="All"/>.
/// </summary>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
public readonly record struct ValueRange(long Low, long High)
{
    private const int MaximumBits = 48;

    // What a range grows to when control brings something else: few steps, so that loops come to an end.
    private static readonly ValueRange[] Steps =
        [new(0, byte.MaxValue), new(0, ushort.MaxValue), new(0, int.MaxValue), new(int.MinValue, int.MaxValue), new(int.MinValue, uint.MaxValue)];

    /// <summary>Anything.</summary>
    public static ValueRange All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>Any sign-extended word.</summary>
    public static ValueRange Signed32 { get; } = new(int.MinValue, int.MaxValue);

    /// <summary>Whether both are the same.</summary>
    public bool Equals(ValueRange other) => Low == other.Low && High == other.High;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Low ^ (int)High;

    /// <summary>Whether anything is known.</summary>
    public bool IsKnown => this != All;

    /// <summary>One number.</summary>
    public static ValueRange Constant(long value) => new ValueRange(value, value).Limited();

    /// <summary>The numbers of so many bits, unsigned.</summary>
    public static ValueRange Bits(int count) => count < MaximumBits ? new ValueRange(0, (1L << count) - 1) : All;

    /// <summary>The sums.</summary>
    public ValueRange Plus(ValueRange other) => IsKnown && other.IsKnown ? new ValueRange(Low + other.Low, High + other.High).Limited() : All;

    /// <summary>The differences.</summary>
    public ValueRange Minus(ValueRange other) => IsKnown && other.IsKnown ? new ValueRange(Low - other.High, High - other.Low).Limited() : All;

    /// <summary>Shifted left, nothing lost.</summary>
    public ValueRange ShiftedLeft(int count) =>
        IsKnown && count < MaximumBits && Low >= -1L << (MaximumBits - count) && High <= 1L << (MaximumBits - count) ? new ValueRange(Low << count, High << count).Limited() : All;

    /// <summary>Shifted right without a sign.</summary>
    public ValueRange ShiftedRight(int count) => Low >= 0 ? new ValueRange(Low >> count, High >> count).Limited() : count == 0 ? this : Bits(64 - count);

    /// <summary>Combined bit by bit, with AND.</summary>
    public ValueRange And(ValueRange other) => (Low >= 0, other.Low >= 0) switch
    {
        (true, true) => new ValueRange(0, Math.Min(High, other.High)).Limited(),
        (true, false) => new ValueRange(0, High).Limited(),
        (false, true) => new ValueRange(0, other.High).Limited(),
        _ => All,
    };

    /// <summary>Combined bit by bit, with OR or XOR.</summary>
    public ValueRange Or(ValueRange other) => Low >= 0 && other.Low >= 0 ? Bits(64 - BitOperations.LeadingZeroCount((ulong)(High | other.High))) : All;

    /// <summary>The same where it fits into a sign-extended word, else any such.</summary>
    public ValueRange AsWord() => Signed32.Contains(this) ? this : Signed32;

    /// <summary>Whether every number of another range is one of this.</summary>
    public bool Contains(ValueRange other) => Low <= other.Low && other.High <= High;

    /// <summary>A range for both.</summary>
    public ValueRange Join(ValueRange other)
    {
        if (Contains(other)) return this;
        foreach (var step in Steps)
        {
            if (step.Contains(this) && step.Contains(other)) return step;
        }
        return All;
    }

    private ValueRange Limited() => Low >= -1L << MaximumBits && High <= 1L << MaximumBits ? this : All;
}
