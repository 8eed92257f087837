// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Intrinsics.X86;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class MemoryTests
{
    private const ulong Ram = 0x8000_0000;

    [Fact]
    public void A_range_must_be_mapped_as_a_whole()
    {
        using var memory = New(new RegionLayout("ram", Ram, 8192));
        var two = new byte[2];
        Assert.True(memory.TryRead(Ram + 8190, two));
        Assert.False(memory.TryRead(Ram + 8191, two));
        Assert.False(memory.TryRead(Ram - 1, two));
        Assert.False(memory.TryRead(ulong.MaxValue, two));
        Assert.False(memory.TryWrite(Ram + 8191, [1, 2]));
        Assert.True(memory.TryRead(Ram + 8191, two.AsSpan(0, 1)));
        Assert.Equal(0, two[0]);
    }

    [Fact]
    public void Neighbouring_regions_are_read_and_written_across_their_border()
    {
        using var memory = New(new RegionLayout("low", Ram, 4096), new RegionLayout("high", Ram + 4096, 4096));
        Assert.True(memory.TryWrite(Ram + 4094, [1, 2, 3, 4]));
        var four = new byte[4];
        Assert.True(memory.TryRead(Ram + 4094, four));
        Assert.Equal([1, 2, 3, 4], four);
    }

    [Fact]
    public void Rom_is_loaded_but_not_written_and_a_write_that_touches_it_changes_nothing()
    {
        using var memory = New(new RegionLayout("ram", Ram, 4096), new RegionLayout("rom", Ram + 4096, 4096, ReadOnly: true));
        Assert.True(memory.TryProgram(Ram + 4096, [9]));
        Assert.False(memory.TryWrite(Ram + 4095, [1, 2]));
        var two = new byte[2];
        Assert.True(memory.TryRead(Ram + 4095, two));
        Assert.Equal([0, 9], two);
    }

    [Fact]
    public void Overlapping_or_odd_regions_are_refused()
    {
        Assert.Contains("overlaps memory a", Assert.Throws<MachineException>(() => New(new RegionLayout("a", 0, 8192), new RegionLayout("b", 4096, 4096))).Message);
        Assert.Throws<MachineException>(() => New(new RegionLayout("a", 1, 4096)));
        Assert.Throws<MachineException>(() => New(new RegionLayout("a", 0, 100)));
        Assert.Throws<MachineException>(() => New(new RegionLayout("a", ulong.MaxValue - 4095, 8192)));
    }

    [Fact]
    public unsafe void Memory_lies_where_translated_code_of_x86_64_reaches_it_without_a_register_while_there_is_room()
    {
        const ulong Low = 1UL << 31, Gibibyte = 1UL << 30;
        using var first = New(new RegionLayout("ram", Ram, 1 << 20));
        Assert.Equal(X86Base.X64.IsSupported, (ulong)first.Regions[0].Host < Low && (ulong)first.Regions[0].Flags < Low);
        using var second = New(new RegionLayout("ram", Ram, Gibibyte));
        using var third = New(new RegionLayout("ram", Ram, Gibibyte));
        Assert.True((ulong)third.Regions[0].Host >= Low);
        Assert.True(third.TryWrite(Ram + Gibibyte - 1, [1]));
    }

    [Fact]
    public void A_large_guest_is_looked_through_without_touching_it()
    {
        using var memory = New(new RegionLayout("ram", Ram, 1UL << 30));
        memory.TryWrite(Ram + (100UL << 20), [1]);
        memory.TryWrite(Ram + (900UL << 20), [1]);

        var populated = memory.FindPopulated(0);

        Assert.True(populated[(100UL << 20) / 4096]);
        Assert.True(populated[(900UL << 20) / 4096]);
        Assert.InRange(populated.Count, 2UL, 2UL * (ulong)Math.Max(1, Environment.SystemPageSize / 4096) * 512);
        Assert.Equal(populated.Count, memory.FindPopulated(0).Count);
    }

    [Fact]
    public void Each_written_page_is_collected_once()
    {
        using var memory = New(new RegionLayout("ram", Ram, 37 * 4096));
        memory.TryWrite(Ram, [1]);
        memory.BeginTracking(0);
        Assert.Empty(Collect(memory));

        memory.TryWrite(Ram + (5 * 4096), [1]);
        memory.TryWrite(Ram + (36 * 4096) - 1, [1, 2]);
        Assert.Equal([5, 35, 36], Collect(memory));
        Assert.Empty(Collect(memory));

        memory.TryWrite(Ram + (5 * 4096), [1]);
        Assert.Equal([5], Collect(memory));
    }

    [Fact]
    public unsafe void A_store_that_a_core_makes_directly_is_collected_too()
    {
        using var memory = New(new RegionLayout("ram", Ram, 4 * 4096));
        memory.BeginTracking(0);
        var region = memory.Regions[0];
        Assert.NotEqual(0, region.Flags[2]);
        Assert.True(region.PrepareStore((2 * 4096) + 8, 4));
        Assert.Equal(0, region.Flags[2]);
        Assert.Equal([2], Collect(memory));
    }

    [Fact]
    public void Tracking_leaves_code_and_rom_marks_alone()
    {
        using var memory = New(new RegionLayout("rom", Ram, 2 * 4096, ReadOnly: true));
        var told = new List<ulong>();
        memory.Regions[0].CodePageWritten += (_, page) => told.Add(page);
        memory.Regions[0].MarkCode(1);
        memory.BeginTracking(0);

        Assert.False(memory.TryWrite(Ram + 4096, [1]));
        Assert.True(memory.TryProgram(Ram + 4096, [1]));

        Assert.Equal([1], told);
        Assert.Equal([1], Collect(memory));
        Assert.False(memory.TryWrite(Ram + 4096, [1]));
    }

    [Fact]
    public void An_alias_shows_the_same_bytes_and_code_made_from_either_is_dropped()
    {
        using var memory = New(
            new RegionLayout("boot", 0, 4096) { AliasOf = "ram", AliasOffset = 4096 }, new RegionLayout("ram", Ram, 2 * 4096));
        var told = new List<(string, ulong)>();
        foreach (var region in memory.Regions) region.CodePageWritten += (of, page) => told.Add((of.Name, page));
        memory.Regions[0].MarkCode(0);

        Assert.True(memory.TryWrite(Ram + 4096, [7]));

        Span<byte> seen = stackalloc byte[1];
        Assert.True(memory.TryRead(0, seen));
        Assert.Equal(7, seen[0]);
        Assert.Equal([("ram", 1ul), ("boot", 0ul)], told);
        Assert.Equal(["ram"], memory.Banks.Select(bank => bank.Name));
        Assert.Equal(["boot", "ram"], memory.Regions.Select(region => region.Name));
        Assert.Throws<MachineException>(() => New(new RegionLayout("a", 0, 4096) { AliasOf = "b" }));
        Assert.Throws<MachineException>(() => New(new RegionLayout("a", 0, 8192) { AliasOf = "b" }, new RegionLayout("b", Ram, 4096)));
    }

    [Fact]
    public void Flash_begins_erased_and_keeps_what_it_holds_when_the_power_goes()
    {
        using var memory = New(
            new RegionLayout("flash", 0, 4096, ReadOnly: true) { Erased = 0xFF }, new RegionLayout("ram", Ram, 4096), new RegionLayout("boot", 1 << 20, 4096) { AliasOf = "flash" });
        Span<byte> seen = stackalloc byte[2];
        Assert.False(memory.TryWrite(8, [1]));
        Assert.True(memory.TryProgram(8, [1]));
        Assert.True(memory.TryWrite(Ram, [1]));

        memory.PowerOff();

        Assert.True(memory.TryRead(8, seen));
        Assert.Equal([1, 0xFF], seen.ToArray());
        Assert.True(memory.TryRead(Ram, seen));
        Assert.Equal([0, 0], seen.ToArray());
        Assert.Equal((true, true, false), (memory.IsFlash(4095), memory.IsFlash(1 << 20), memory.IsFlash(Ram)));
    }

    [Fact]
    public void A_store_to_flash_is_its_controllers_business()
    {
        using var memory = New(new RegionLayout("flash", 0, 8192, ReadOnly: true) { Erased = 0xFF });
        var stores = new List<(ulong, AccessWidth, ulong)>();
        memory.OnReadOnlyStore(4096, 4096, (address, width, value) =>
        {
            stores.Add((address, width, value));
            return address != 4100;
        });

        Assert.True(memory.TryStoreReadOnly(4096, AccessWidth.Word, 5));
        Assert.False(memory.TryStoreReadOnly(4100, AccessWidth.Half, 6));
        Assert.False(memory.TryStoreReadOnly(0, AccessWidth.Word, 7));
        Assert.Equal([(4096ul, AccessWidth.Word, 5ul), (4100ul, AccessWidth.Half, 6ul)], stores);
    }

    [Fact]
    public void Clearing_makes_zero_and_gives_the_pages_back()
    {
        using var memory = New(new RegionLayout("ram", Ram, 1 << 20));
        memory.TryWrite(Ram + 5000, [1, 2, 3]);
        memory.Clear();
        var three = new byte[3];
        Assert.Equal(0UL, memory.FindPopulated(0).Count);
        Assert.True(memory.TryRead(Ram + 5000, three));
        Assert.Equal([0, 0, 0], three);
    }

    [Fact]
    public void Pages_are_copied_out_and_loaded_and_a_vm_that_is_gone_says_so()
    {
        var page = new byte[4096];
        var memory = New(new RegionLayout("ram", Ram, 8192));
        page.AsSpan().Fill(0xa5);
        memory.LoadPage(0, 1, page);
        var copy = new byte[4096];
        Assert.True(memory.TryCopyPage(0, 1, copy));
        Assert.Equal(page, copy);
        memory.Dispose();
        Assert.False(memory.TryCopyPage(0, 1, copy));
        memory.Dispose();
    }

    [Fact]
    public void A_bitmap_behaves_like_a_set()
    {
        var random = new Random(3);
        var bitmap = new PageBitmap(1000);
        var set = new SortedSet<ulong>();
        for (var i = 0; i < 5000; i++)
        {
            var page = (ulong)random.Next(1000);
            if (random.Next(2) == 0) { bitmap.Add(page); set.Add(page); }
            else { bitmap.Remove(page); set.Remove(page); }
        }
        Assert.Equal(set, bitmap.Pages());
        Assert.Equal((ulong)set.Count, bitmap.Count);
        Assert.False(bitmap[1000]);
        Assert.Throws<ArgumentOutOfRangeException>(() => bitmap.Add(1000));
    }

    private static GuestMemory New(params RegionLayout[] regions) => new(regions);

    private static List<ulong> Collect(GuestMemory memory)
    {
        var pages = new PageBitmap(memory.Regions[0].PageCount);
        memory.CollectDirty(0, pages);
        return [.. pages.Pages()];
    }
}
