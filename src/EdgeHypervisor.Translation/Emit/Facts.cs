// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace EdgeHypervisor.Translation;

/// <summary>
/// What holds at a point of a region, whatever way led there: which registers are sign-extended words, what they can
/// hold, and around which ones memory was checked. While a region runs nothing takes a check back: page flags are only set between regions.
/// </summary>
internal sealed class Facts
{
    /// <summary>More are not worth remembering.</summary>
    private const int MaximumSpans = 24;

    private readonly Span[] _spans = new Span[MaximumSpans];
    private readonly ValueRange[] _ranges = new ValueRange[64];
    private int _count; // of spans

    /// <summary>Nothing is known.</summary>
    public Facts()
    {
        for (var i = 0; i < _ranges.Length; i++) _ranges[i] = ValueRange.All;
    }

    private Facts(Facts other)
    {
        (_count, Signed32, ConstantAddresses) = (other._count, other.Signed32, other.ConstantAddresses);
        Array.Copy(other._spans, _spans, _count);
        other._ranges.CopyTo(_ranges, 0);
    }

    /// <summary>Whether memory was checked around some register.</summary>
    public bool KnowsOfMemory => _count > 0;

    /// <summary>The registers, by bit, that hold a sign-extended 32-bit value.</summary>
    public ulong Signed32 { get; private set; }

    /// <summary>The registers, by bit, that are likely addresses in the second piece of memory. A hint, no more.</summary>
    public ulong ConstantAddresses { get; set; }

    /// <summary>What each of the first 64 registers can hold.</summary>
    public RegisterRanges Ranges => new(_ranges);

    /// <summary>The same facts, to go on from.</summary>
    public Facts Copy() => new(this);

    /// <summary>
    /// An access at a register: what has to be checked, for the accesses of its group as well. From then on it is known.
    /// </summary>
    public AccessNeed Access(in MemoryOperand operand, AccessGroup? group, MemoryModel memory)
    {
        var own = (Low: (long)operand.Displacement, High: (long)operand.Displacement + operand.LengthBytes);
        var range = group?.Span ?? own;
        var isRangeOpen = !Holds(operand.Register, isStore: false, range) && !IsInside(operand.Register, range, memory);
        if (isRangeOpen) Add(operand.Register, isStore: false, range);
        if (!operand.IsStore) return new AccessNeed(isRangeOpen, range, AreFlagsOpen: false, default);
        var stores = group?.Stores ?? own;
        var areFlagsOpen = !Holds(operand.Register, isStore: true, stores);
        if (areFlagsOpen) Add(operand.Register, isStore: true, stores);
        return new AccessNeed(isRangeOpen, range, areFlagsOpen, stores);
    }

    /// <summary>Registers were found to hold sign-extended 32-bit values.</summary>
    /// <param name="registers">Which, by bit.</param>
    public void Assume(ulong registers)
    {
        for (var rest = registers & ~Signed32; rest != 0; rest &= rest - 1)
        {
            ref var range = ref _ranges[BitOperations.TrailingZeroCount(rest)];
            range = range.AsWord();
        }
        Signed32 |= registers;
    }

    /// <summary>An instruction has set registers.</summary>
    /// <param name="emitter">Says which sum one is, where it is one.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="written">Which, by bit.</param>
    /// <param name="form">What they hold now.</param>
    /// <param name="range">What they can hold.</param>
    /// <param name="isConstantAddress">Whether they are likely addresses in the second piece of memory.</param>
    public void Set<TInstruction>(
        IInstructionEmitter<TInstruction> emitter, in TInstruction instruction, ulong written, RegisterForm form, ValueRange range, bool isConstantAddress)
    {
        if (written == 0) return;
        RegisterSum? sum = emitter.TryGetSum(instruction, out var set) ? set : null;
        var isWide = sum is null || emitter.Registers[set.Target].Kind == RegisterKind.Int64; // narrower sums may wrap
        for (var rest = written; rest != 0; rest &= rest - 1) _ranges[BitOperations.TrailingZeroCount(rest)] = range;
        Signed32 = form == RegisterForm.Whole ? Signed32 & ~written : Signed32 | written;
        if (sum is { } of) isConstantAddress = (ConstantAddresses >> of.Source & 1) != 0;
        ConstantAddresses = isConstantAddress ? ConstantAddresses | written : ConstantAddresses & ~written;
        if (_count == 0) return;
        var (moved, movedCount) = (sum is null ? [] : new Span[_count], 0);
        if (sum is { } known)
        {
            for (var i = 0; i < _count; i++)
            {
                var span = _spans[i];
                if (span.Register == known.Source && (isWide || known.Addend == 0 || span.Contains(known.Addend)))
                    moved[movedCount++] = new Span(known.Target, span.IsStore, span.Low - known.Addend, span.High - known.Addend);
            }
        }
        for (var i = _count - 1; i >= 0; i--)
        {
            if ((written >> _spans[i].Register & 1) != 0) Remove(i);
        }
        if (_count + movedCount > MaximumSpans) return;
        Array.Copy(moved, 0, _spans, _count, movedCount);
        _count += movedCount;
    }

    /// <summary>Another way leads here: only what holds on both remains. Whether anything was lost.</summary>
    /// <param name="other">What holds on the other way.</param>
    /// <param name="isPatient">Spans may still shrink; otherwise those that would are lost, so that loops come to an end.</param>
    public Loss Meet(Facts other, bool isPatient)
    {
        var loss = (Signed32 & ~other.Signed32) != 0 ? Loss.Values : Loss.None;
        Signed32 &= other.Signed32;
        ConstantAddresses &= other.ConstantAddresses; // a hint that gets lost is worth no other round
        for (var i = 0; i < _ranges.Length; i++)
        {
            if (_ranges[i].Contains(other._ranges[i])) continue;
            _ranges[i] = _ranges[i].Join(other._ranges[i]);
            loss = Loss.Values;
        }
        for (var i = _count - 1; i >= 0; i--)
        {
            var span = _spans[i];
            var index = other.Find(span.Register, span.IsStore);
            var (low, high) = index < 0 ? (0, 0) : (Math.Max(span.Low, other._spans[index].Low), Math.Min(span.High, other._spans[index].High));
            if (low == span.Low && high == span.High) continue;
            loss = Loss.Spans;
            if (low < high && isPatient) _spans[i] = new Span(span.Register, span.IsStore, low, high);
            else Remove(i);
        }
        return loss;
    }

    private bool IsInside(int register, (long Low, long High) reach, MemoryModel memory) =>
        _ranges[register] is { IsKnown: true } range && memory.IsInside(range.Low + reach.Low, range.High + reach.High);

    private bool Holds(int register, bool isStore, (long Low, long High) range)
    {
        var index = Find(register, isStore);
        return index >= 0 && _spans[index].Low <= range.Low && _spans[index].High >= range.High;
    }

    // Two spans in RAM have nothing but RAM between them. Pages of stores were asked at the ends alone, which suffices
    // for spans of at most a page.
    private void Add(int register, bool isStore, (long Low, long High) range)
    {
        var index = Find(register, isStore);
        if (index < 0)
        {
            if (_count < MaximumSpans) _spans[_count++] = new Span(register, isStore, range.Low, range.High);
            return;
        }
        var (low, high) = (Math.Min(_spans[index].Low, range.Low), Math.Max(_spans[index].High, range.High));
        if (high - low > AccessGroup.MaximumSpan) (low, high) = range;
        _spans[index] = new Span(register, isStore, low, high);
    }

    // The last one takes its place.
    private void Remove(int index) => _spans[index] = _spans[--_count];

    private int Find(int register, bool isStore)
    {
        var index = _count - 1;
        while (index >= 0 && (_spans[index].Register != register || _spans[index].IsStore != isStore)) index--;
        return index;
    }

    /// <summary>What a meeting took away.</summary>
    public enum Loss
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>Something of what registers can hold.</summary>
        Values,

        /// <summary>A checked span, perhaps more.</summary>
        Spans,
    }

    /// <summary>Displacements from a register that were checked: for any access, or for stores.</summary>
    private sealed class Span(int register, bool isStore, long low, long high)
    {
        public int Register { get; } = register;

        public bool IsStore { get; } = isStore;

        public long Low { get; } = low;

        public long High { get; } = high;

        public bool Contains(long displacement) => Low <= displacement && displacement < High;
    }
}

/// <summary>What an access has to check, as displacements from its register.</summary>
/// <param name="IsRangeOpen">Whether it is unknown that <paramref name="Range"/> is in RAM.</param>
/// <param name="Range">What it reaches.</param>
/// <param name="AreFlagsOpen">Whether the page flags of <paramref name="Stores"/> have to be asked.</param>
/// <param name="Stores">What is written.</param>
internal readonly record struct AccessNeed(bool IsRangeOpen, (long Low, long High) Range, bool AreFlagsOpen, (long Low, long High) Stores);
