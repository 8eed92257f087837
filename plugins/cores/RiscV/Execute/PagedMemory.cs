// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Addresses are translated or protected: a software TLB that the slow path fills.</summary>
internal readonly unsafe struct PagedMemory : IMemoryMode
{
    // SAFETY (all members): a slot maps a whole page of RAM that the access may use, and an aligned access of up to
    // 8 bytes does not leave its page: keeping the low bits of the address in the comparison makes others miss.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CanLoad(Hart* hart, ulong address, ulong sizeBytes) =>
        Slot(hart->LoadTlb, address)->Page == PageOrMiss(address, sizeBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* LoadHost(Hart* hart, ulong address) => (byte*)(address + Slot(hart->LoadTlb, address)->HostBias);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CanStore(Hart* hart, ulong address, ulong sizeBytes)
    {
        var slot = Slot(hart->StoreTlb, address);
        return slot->Page == PageOrMiss(address, sizeBytes)
            && hart->RamFlags[(address + slot->HostBias - (ulong)hart->RamHost) >> RamRegion.PageShift] == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* StoreHost(Hart* hart, ulong address) => (byte*)(address + Slot(hart->StoreTlb, address)->HostBias);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TlbSlot* Slot(TlbSlot* slots, ulong address) =>
        slots + (address >> RamRegion.PageShift & (Hart.TlbSlots - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PageOrMiss(ulong address, ulong sizeBytes) =>
        address & (~(ulong)(RamRegion.PageBytes - 1) | (sizeBytes - 1));
}
