// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>The decoded instructions of a processor, by page of memory: 1024 pages take up to 32 MiB.</summary>
/// <remarks>
/// These processors have no instruction cache that programs must care for: a store to code counts at once. Only the
/// instructions that a store hits are decoded anew, so that data beside code does no harm.
/// </remarks>
internal sealed unsafe class CodeCache(IGuestMemory memory)
    : DecodedPages(memory, maximumPages: 1024, Instruction.PageEnd)
{
    private (RamRegion? Region, ulong Offset, int Size) _store;

    /// <summary>Decoded pages are no more: whoever remembers where they are must forget it.</summary>
    public event Action? Dropped;

    /// <summary>The processor itself is about to store here: what else the page holds stays.</summary>
    public void BeginStore(RamRegion region, ulong offset, int size) => _store = (region, offset, size);

    /// <summary>Its store is done.</summary>
    public void EndStore() => _store = default;

    /// <inheritdoc/>
    protected override void OnDropped() => Dropped?.Invoke();

    /// <inheritdoc/>
    protected override void OnWritten(RamRegion region, ulong page)
    {
        if (Find(region, page) == 0) return;
        // From outside (a device, a loader, a debugger) all may be different. The page may be the current one, so it stays.
        if (_store.Region == region) Forget(region, page, _store.Offset, _store.Size);
        else Clear(region, page);
        region.MarkCode(page);
    }

    // Forgets the instructions that overlap some bytes of a page.
    private void Forget(RamRegion region, ulong page, ulong offset, int size)
    {
        var entries = (Instruction*)Find(region, page);
        var pageStart = page << RamRegion.PageShift;
        var first = (int)((Math.Max(offset, pageStart) - pageStart) >> 1);
        var last = (int)((Math.Min(offset + (ulong)size, pageStart + RamRegion.PageBytes) - 1 - pageStart) >> 1);
        var found = false;
        for (var i = Math.Max(0, first - 1); i <= last; i++)
        {
            var entry = entries + i;
            var isBefore = i < first && entry->Op is not Op.Region && entry->Step < 2;
            if (entry->Op == Op.Undecoded || isBefore) continue;
            found = true;
        }
        if (!found) return;
        NotifyChanged(region, page); // puts the originals back where translated code begins
        for (var i = Math.Max(0, first - 1); i <= last; i++)
        {
            if (i < first && entries[i].Step < 2) continue;
            entries[i] = default;
        }
    }
}
