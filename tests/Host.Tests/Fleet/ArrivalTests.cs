// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Host.Tests.Fleet;

/// <summary>What a board makes of VMs that others send it, well meant or not.</summary>
public sealed class ArrivalTests
{
    private static readonly byte[] Page = [.. Enumerable.Repeat((byte)0xa5, MovableRegion.PageBytes)];

    [Fact]
    public async Task A_page_that_comes_when_it_is_over_finds_nothing_to_write_to()
    {
        using var rig = new ServiceRig();
        var answer = await rig.AskAsync(ServiceRig.Offer("vm-1", "a"));
        answer.Receiver!.WritePage(0, 0, Page);
        await answer.Receiver.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => answer.Receiver.WritePage(0, 0, Page));
        Assert.Throws<ObjectDisposedException>(() => answer.Receiver.ReadPage(0, 0, new byte[MovableRegion.PageBytes]));
    }

    [Fact]
    public async Task What_is_settled_when_it_is_over_fails_at_nothing()
    {
        using var rig = new ServiceRig();
        var answer = await rig.AskAsync(ServiceRig.Offer("vm-1", "a"));
        answer.Receiver!.WritePage(0, 0, Page);
        await answer.Receiver.SettleAsync(CancellationToken.None);
        await answer.Receiver.DisposeAsync();
        await answer.Receiver.SettleAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Firmware_that_comes_again_and_again_is_built_once()
    {
        using var rig = new ServiceRig();
        var answer = await rig.AskAsync(ServiceRig.Offer("vm-1", "a"));
        for (var i = 0; i < 100; i++) answer.Receiver!.WritePage(1, 1, Page);
        await answer.Receiver!.DisposeAsync();
        Assert.Single(await rig.EventsAsync("vm-not-built"));
    }

    [Fact]
    public async Task Offers_under_way_together_take_no_more_memory_than_there_is()
    {
        using var rig = new ServiceRig(guestMemoryBytes: 40 * 1024);
        var first = await rig.AskAsync(ServiceRig.Offer("vm-1", "a"));
        var second = await rig.AskAsync(ServiceRig.Offer("vm-2", "b"));
        var third = await rig.AskAsync(ServiceRig.Offer("vm-3", "c"));
        Assert.NotNull(second.Receiver);
        Assert.Contains("32Ki are taken", Assert.Single(third.Reasons));
        await first.Receiver!.DisposeAsync();
        Assert.NotNull((await rig.AskAsync(ServiceRig.Offer("vm-3", "c"))).Receiver);
    }

    [Fact]
    public async Task A_name_is_offered_to_one_VM_at_a_time()
    {
        using var rig = new ServiceRig();
        var first = await rig.AskAsync(ServiceRig.Offer("vm-1", "a"));
        Assert.Contains("'a' is on this board, or on its way", Assert.Single((await rig.AskAsync(ServiceRig.Offer("vm-2", "a"))).Reasons));
        await first.Receiver!.DisposeAsync();
        Assert.NotNull((await rig.AskAsync(ServiceRig.Offer("vm-2", "a"))).Receiver);
    }

    [Fact]
    public async Task An_offer_that_is_refused_keeps_nothing()
    {
        using var rig = new ServiceRig(guestMemoryBytes: 16 * 1024);
        var cut = ServiceRig.Offer("vm-1", "a") with { Description = "{}"u8.ToArray() };
        Assert.Null((await rig.AskAsync(cut)).Receiver);
        Assert.Null((await rig.AskAsync(ServiceRig.Offer("vm-1", "a", memoryKi: 32))).Receiver);
        Assert.NotNull((await rig.AskAsync(ServiceRig.Offer("vm-2", "a"))).Receiver);
    }

    [Fact]
    public void What_the_disk_has_no_room_for_is_refused_before_it_comes()
    {
        using var rig = new ServiceRig();
        var folder = Path.Combine(rig.Data.Vms, "vm-1", IncomingImage.FolderName);
        var free = new DriveInfo(rig.Data.Path).AvailableFreeSpace;
        var regions = Enumerable.Repeat(new MovableRegion("ram", MovableRegion.MaximumLengthBytes), (int)(free / MovableRegion.MaximumLengthBytes) + 2);
        var error = Assert.Throws<IOException>(() => IncomingImage.Create(folder, ServiceRig.Offer("vm-1", "a") with { Regions = [.. regions] }));
        Assert.Contains("bytes on the disk", error.Message);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void All_blocks_of_a_VM_are_the_disks_before_its_first_page_comes()
    {
        using var rig = new ServiceRig();
        var folder = Path.Combine(rig.Data.Vms, "vm-1", IncomingImage.FolderName);
        using var image = IncomingImage.Create(folder, ServiceRig.Offer("vm-1", "a", memoryKi: 8 * 1024));
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%b %B", Assert.Single(Directory.GetFiles(folder))]) { RedirectStandardOutput = true })!;
        var numbers = stat.StandardOutput.ReadToEnd().Split(' ').Select(long.Parse).ToArray();
        Assert.True(numbers[0] * numbers[1] >= 8 << 20, $"{numbers[0]} blocks of {numbers[1]} bytes");
    }

    [Fact]
    public async Task What_was_made_ready_and_promised_to_nobody_is_gone_after_a_restart()
    {
        using var rig = new ServiceRig();
        await rig.AskAsync(ServiceRig.Offer("vm-1", "a"));
        await rig.AskAsync(ServiceRig.Offer("vm-2", "b"));
        Directory.CreateDirectory(Path.Combine(rig.Data.Journals, "vm-2")); // says that it is promised
        rig.Service.Load([]);
        Assert.Equal("vm-2", Path.GetFileName(Assert.Single(Directory.GetDirectories(rig.Data.Vms))));
        Assert.Equal(ImageStore.DigestOf(new byte[5000]), Assert.Single(rig.Service.FirmwareInDoubt));
    }
}
