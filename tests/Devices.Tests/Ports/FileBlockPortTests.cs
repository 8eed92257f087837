// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;
using EdgeHypervisor.Runtime;

namespace Devices.Tests.Ports;

public sealed class FileBlockPortTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly FakeTurn _turn = new();

    public FileBlockPortTests() => File.WriteAllBytes(_path, new byte[4 * 512 + 100]);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_disk_is_the_whole_sectors_of_the_file()
    {
        using var disk = new FileBlockPort(_path, isReadOnly: false, _turn);
        Assert.Equal(2048, disk.LengthBytes);
    }

    [Fact]
    public void What_was_written_and_flushed_is_in_the_file()
    {
        using (var disk = new FileBlockPort(_path, isReadOnly: false, _turn))
        {
            Assert.Equal(BusStatus.Ok, Do(done => disk.Write(512, new byte[] { 1, 2, 3 }, done)));
            Assert.Equal(BusStatus.Ok, Do(disk.Flush));
            var back = new byte[3];
            Assert.Equal(BusStatus.Ok, Do(done => disk.Read(512, back, done)));
            Assert.Equal([1, 2, 3], back);
        }
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_path)[512..515]);
    }

    [Fact]
    public void A_request_counts_as_outstanding_until_it_ended_on_the_turn()
    {
        using var disk = new FileBlockPort(_path, isReadOnly: true, _turn);
        var ended = false;
        disk.Read(0, new byte[512], _ => ended = true);
        Assert.Equal(1, disk.Outstanding);
        _turn.RunNext();
        Assert.True(ended);
        Assert.Equal(0, disk.Outstanding);
    }

    [Fact]
    public void A_read_only_disk_refuses_writes_and_can_be_shared()
    {
        using var disk = new FileBlockPort(_path, isReadOnly: true, _turn);
        using var other = new FileBlockPort(_path, isReadOnly: true, _turn);
        BusStatus? status = null;
        disk.Write(0, new byte[512], s => status = s);
        Assert.Equal(BusStatus.Unsupported, status);
    }

    [Fact]
    public void Two_writers_of_one_file_are_refused()
    {
        using var disk = new FileBlockPort(_path, isReadOnly: false, _turn);
        Assert.ThrowsAny<IOException>(() => new FileBlockPort(_path, isReadOnly: false, _turn));
    }

    [Fact]
    public void The_mark_of_the_content_stays_until_something_is_written()
    {
        using var disk = new FileBlockPort(_path, isReadOnly: false, _turn);
        Assert.Equal(BusStatus.Ok, Do(done => disk.Write(0, new byte[512], done)));
        var saved = disk.MarkContent();
        disk.Dispose();
        foreach (var isReadOnly in new[] { true, false, false })
        {
            using var again = new FileBlockPort(_path, isReadOnly, _turn);
            Assert.Equal(saved, again.ContentMark);
        }
        using var writer = new FileBlockPort(_path, isReadOnly: false, _turn);
        Assert.Equal(BusStatus.Ok, Do(done => writer.Write(0, new byte[512], done)));
        Assert.NotEqual(saved, writer.ContentMark);
    }

    [Fact]
    public void A_disk_device_is_restored_on_the_disk_it_left_however_often_it_was_saved_and_on_none_that_was_written_since()
    {
        var (first, second) = (new StateTree(), new StateTree());
        using (var disk = Written())
        {
            new BlockFunction(disk, "disk").Save(first);
            new BlockFunction(disk, "disk").Save(second);
            new BlockFunction(disk, "disk").Restore(first);
        }
        using (var same = new FileBlockPort(_path, isReadOnly: false, _turn))
        {
            new BlockFunction(same, "disk").Restore(second);
            new BlockFunction(same, "disk").Save(new StateTree());
            new BlockFunction(same, "disk").Restore(first);
        }
        using var later = Written();
        Assert.Throws<StateException>(() => new BlockFunction(later, "disk").Restore(first));
    }

    private FileBlockPort Written()
    {
        var disk = new FileBlockPort(_path, isReadOnly: false, _turn);
        Assert.Equal(BusStatus.Ok, Do(done => disk.Write(0, new byte[512], done)));
        return disk;
    }

    [Fact]
    public void A_file_that_became_shorter_is_an_error()
    {
        using var disk = new FileBlockPort(_path, isReadOnly: false, _turn);
        Assert.Equal(BusStatus.Failed, Do(done => disk.Read(2048, new byte[512], done)));
    }

    private BusStatus Do(Action<Action<BusStatus>> request)
    {
        BusStatus? status = null;
        request(s => status = s);
        _turn.RunNext();
        return status!.Value;
    }
}
