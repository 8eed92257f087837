// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Remembered ways into the baseline compiler's regions, direct-mapped by address, where their code looks them up: 64 bytes each, the numbers of which say what has to be as it was.
/// </summary>
internal sealed unsafe class BaselineLinks : IDisposable
{
    /// <summary>A power of two.</summary>
    public const int Slots = 2048;

    /// <summary>Of the length of a slot.</summary>
    public const int SlotShift = 6;

    /// <summary>The program counter.</summary>
    public const int Address = 0;

    /// <summary>The core's epoch.</summary>
    public const int Epoch = 8;

    /// <summary>See <see cref="RegionContext.Code"/>.</summary>
    public const int Code = 16;

    /// <summary>See <see cref="RegionContext.Data"/>.</summary>
    public const int Data = 24;

    /// <summary>Where to go.</summary>
    public const int Place = 32;

    private const int LengthBytes = Slots << SlotShift;

    /// <summary>The first slot. No address is zero and no place of a region either, so that empty slots match nothing that would be entered.</summary>
    public nint First { get; } = ZeroPages.Allocate(LengthBytes);

    /// <summary>Remembers a way.</summary>
    public void Set(ulong address, long epoch, RegionContext context, nint place)
    {
        var slot = (byte*)First + (((int)(address >> 1) & (Slots - 1)) << SlotShift);
        *(ulong*)(slot + Address) = address;
        *(long*)(slot + Epoch) = epoch;
        *(nint*)(slot + Code) = context.Code;
        *(nint*)(slot + Data) = context.Data;
        *(nint*)(slot + Place) = place;
    }

    /// <summary>Forgets the way to an address: what is there is gone.</summary>
    public void Forget(ulong address)
    {
        var slot = (byte*)First + (((int)(address >> 1) & (Slots - 1)) << SlotShift);
        if (*(ulong*)(slot + Address) == address) *(long*)(slot + Epoch) = -1; // there is no such epoch
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        ZeroPages.Clear(First, LengthBytes);
        Set(0, -1, default, 0); // an address there is, epoch there is none
    }

    /// <inheritdoc/>
    public void Dispose() => ZeroPages.Free(First, LengthBytes);
}
