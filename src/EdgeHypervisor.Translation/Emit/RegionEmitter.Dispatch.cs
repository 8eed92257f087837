// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// Jumps to addresses in registers. The guesses of the plan come first; then one place in the region looks up all
/// addresses where it can be entered, so that calls and returns among its functions keep the registers in their locals.
/// </summary>
public sealed partial class RegionEmitter
{
    /// <summary>A slot of the table: an address, and the number of an entry.</summary>
    private const int SlotWords = 2;

    private const int MaximumSlots = 4096;

    /// <summary>No guest jumps there: addresses of instructions are even.</summary>
    private const long EmptySlot = 1;

    private readonly Label _lookUp;
    private bool _looksUp;

    /// <summary>Where the jump may go, and what is there, likely ones first.</summary>
    internal Way[] Guesses { get; set; } = [];

    /// <summary>The addresses where this jump likely goes: in the region, and asked first.</summary>
    public IEnumerable<ulong> GuessedTargets
    {
        get
        {
            foreach (var way in Guesses) yield return way.Address;
        }
    }

    /// <summary>Ends a return, indirect jump or call: pops the <c>int64</c> address where control goes.</summary>
    public void EndIndirect()
    {
        IL.Emit(OpCodes.Stloc, _exitPc);
        foreach (var way in Guesses)
        {
            // As a distance, which fits into an instruction where an address does not.
            IL.Emit(OpCodes.Ldloc, _exitPc);
            Constant(-(long)_root);
            IL.Emit(OpCodes.Add);
            Constant((long)(way.Address - _root));
            IL.Emit(OpCodes.Beq, EdgeTo(way));
        }
        if (_baseline is not null)
        {
            Leave(RegionExit.Left);
            return;
        }
        Extend(_inWord);
        _looksUp = true;
        IL.Emit(OpCodes.Br, _lookUp);
    }

    /// <summary>Writes the look-up, where it is needed.</summary>
    private void EmitLookUp(EntryPoint[] entries)
    {
        if (!_looksUp) return;
        var (elsewhere, stopped) = (IL.DefineLabel(), IL.DefineLabel());
        var slot = NewScratch();
        IL.MarkLabel(_lookUp);
        // slot = table + ((address >> 1) & (slots - 1)) * 16
        IL.Emit(OpCodes.Ldloc, _exitPc);
        IL.Emit(OpCodes.Ldc_I4_3);
        IL.Emit(OpCodes.Shl);
        Constant(_table.Length - _tableHeader - SlotWords * sizeof(long));
        IL.Emit(OpCodes.And);
        PushTable(_tableHeader);
        IL.Emit(OpCodes.Add);
        IL.Emit(OpCodes.Stloc, slot);
        IL.Emit(OpCodes.Ldloc, slot);
        IL.Emit(OpCodes.Conv_I);
        IL.Emit(OpCodes.Ldind_I8);
        IL.Emit(OpCodes.Ldloc, _exitPc);
        IL.Emit(OpCodes.Bne_Un, elsewhere);
        PushStopRequest(); // a loop of calls and returns may pass nowhere else
        IL.Emit(OpCodes.Brtrue, stopped);
        IL.Emit(OpCodes.Ldloc, slot);
        IL.Emit(OpCodes.Conv_I);
        IL.Emit(OpCodes.Ldc_I4, sizeof(long));
        IL.Emit(OpCodes.Add);
        IL.Emit(OpCodes.Ldind_I4);
        IL.Emit(OpCodes.Switch, LabelsOf(entries));
        IL.MarkLabel(elsewhere);
        Leave(RegionExit.Left);
        IL.MarkLabel(stopped);
        Leave(RegionExit.Safepoint);
    }

    // SAFETY: the array is pinned, and the delegate of the code holds it.
    private unsafe void PushTable(int offset) => Constant((long)Unsafe.AsPointer(ref _table[offset]));

    // Without collisions, as far as the size allows: who loses leaves the region, which is slower and right.
    private static unsafe byte[] MakeTable(long[] header, EntryPoint[] entries)
    {
        for (var slots = 8; ; slots *= 2)
        {
            if (slots < entries.Length) continue;
            var bytes = GC.AllocateUninitializedArray<byte>((header.Length + slots * SlotWords) * sizeof(long), pinned: true);
            var all = (long*)Unsafe.AsPointer(ref bytes[0]);
            for (var i = 0; i < header.Length; i++) all[i] = header[i];
            var table = all + header.Length;
            for (var slot = 0; slot < slots; slot++) table[slot * SlotWords] = EmptySlot;
            var collisions = 0;
            for (var i = 0; i < entries.Length; i++)
            {
                var slot = (int)(entries[i].Address >> 1) & (slots - 1);
                if (table[slot * SlotWords] != EmptySlot) collisions++;
                else (table[slot * SlotWords], table[slot * SlotWords + 1]) = ((long)entries[i].Address, i);
            }
            if (collisions == 0 || slots >= MaximumSlots) return bytes;
        }
    }
}
