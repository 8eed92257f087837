// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Where the indirect jumps that the interpreter ran have gone, for the translator to guess from. Only a hint: places
/// share the slots by address, and the last one has it.
/// </summary>
public sealed unsafe class IndirectTargets : IDisposable
{
    private const int Slots = 512;
    private const int Targets = 8;

    /// <summary>The shortest decoded instructions have so many: neighbours have slots of their own.</summary>
    private const int EntryBytes = 8;

    private static readonly nuint SlotBytes = Slots * (nuint)sizeof(Slot);

    // Straight from the kernel: a guest that jumps little touches little of it.
    private readonly Slot* _slots = (Slot*)ZeroPages.Allocate(SlotBytes);

    /// <summary>The first slot, for <see cref="Record"/>.</summary>
    public nint Address => (nint)_slots;

    /// <summary>An indirect jump has gone somewhere.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Record(nint slots, nint place, ulong target)
    {
        var slot = SlotOf((Slot*)slots, place);
        if (slot->Place != place) *slot = new Slot { Place = place };
        for (var i = 0; i < Targets; i++)
        {
            if (slot->Counts[i] != 0 && slot->Addresses[i] != target) continue;
            slot->Addresses[i] = target;
            slot->Counts[i]++;
            return;
        }
    }

    /// <summary>The targets of a jump, the most frequent first.</summary>
    public IReadOnlyList<ulong> Of(nint place)
    {
        var slot = SlotOf(_slots, place);
        if (slot->Place != place) return [];
        var (addresses, counts) = (new List<ulong>(), new List<ulong>());
        for (var i = 0; i < Targets && slot->Counts[i] != 0; i++)
        {
            var before = 0;
            while (before < counts.Count && counts[before] >= slot->Counts[i]) before++;
            addresses.Insert(before, slot->Addresses[i]);
            counts.Insert(before, slot->Counts[i]);
        }
        return addresses;
    }

    private static Slot* SlotOf(Slot* slots, nint place) => slots + ((nuint)place / EntryBytes & (Slots - 1));

    /// <summary>Forgets all, and gives back the memory until there is more to remember.</summary>
    public void Clear() => ZeroPages.Clear((nint)_slots, SlotBytes);

    /// <inheritdoc/>
    public void Dispose() => ZeroPages.Free((nint)_slots, SlotBytes);

    private struct Slot
    {
        public nint Place;
        public fixed ulong Addresses[Targets];
        public fixed uint Counts[Targets];
    }
}
