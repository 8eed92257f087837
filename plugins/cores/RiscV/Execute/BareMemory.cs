// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Addresses are physical and nothing is protected: machine mode.</summary>
internal readonly unsafe struct BareMemory : IMemoryMode
{
    // SAFETY (all members): RamSpan is the length less 7, so an access of up to 8 bytes at an offset below it is inside.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CanLoad(Hart* hart, ulong address, ulong sizeBytes) => address - hart->RamStart < hart->RamSpan;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* LoadHost(Hart* hart, ulong address) => hart->RamHost + (address - hart->RamStart);

    // An aligned store touches one page; its flag byte is zero when nothing else is to be done.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CanStore(Hart* hart, ulong address, ulong sizeBytes)
    {
        var offset = address - hart->RamStart;
        return offset < hart->RamSpan
            && (offset & (sizeBytes - 1)) == 0
            && hart->RamFlags[offset >> RamRegion.PageShift] == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* StoreHost(Hart* hart, ulong address) => hart->RamHost + (address - hart->RamStart);
}
