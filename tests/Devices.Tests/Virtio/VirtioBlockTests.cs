// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

namespace Devices.Tests.Virtio;

public sealed class VirtioBlockTests : VirtioConformance
{
    private const uint Read = 0, Write = 1, Flush = 4, GetIdentity = 8;

    private readonly FakeDeviceContext _context;
    private readonly VirtioDriver _driver;

    public VirtioBlockTests()
    {
        _context = CreateContext();
        _driver = new VirtioDriver(Create(_context), _context.Memory).Start(1);
    }

    protected override int Queues => 1;

    protected override uint DeviceId => 2;

    private FakeBlockPort Disk => _context.BlockPort!;

    [Fact]
    public void The_capacity_is_told_in_sectors() => Assert.Equal(4UL, _driver.Device.Read64(0x100));

    [Fact]
    public void A_sector_is_written_and_read_back()
    {
        var data = Enumerable.Range(0, 512).Select(i => (byte)i).ToArray();
        var status = _driver.Submit(0, [Header(Write, 2), data], [1]);
        Assert.Equal(0, _driver.Read(status[0], 1)[0]);
        Assert.Equal(data, Disk.Bytes[1024..1536]);
        var answer = _driver.Submit(0, [Header(Read, 2)], [512, 1]);
        Assert.Equal(data, _driver.Read(answer[0], 512));
        Assert.Equal(0, _driver.Read(answer[1], 1)[0]);
        _driver.TakeUsed(0);
        Assert.Equal(513u, _driver.TakeUsed(0)!.Value.Length);
    }

    [Theory]
    [InlineData(4UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 55)] // times 512 it wraps
    public void Beyond_the_end_is_an_error_and_nothing_else(ulong sector)
    {
        var answer = _driver.Submit(0, [Header(Read, sector)], [512, 1]);
        Assert.Equal(1, _driver.Read(answer[1], 1)[0]);
        answer = _driver.Submit(0, [Header(Write, sector), new byte[512]], [1]);
        Assert.Equal(1, _driver.Read(answer[0], 1)[0]);
        Assert.Equal(0u, _driver.Status & 0x40);
    }

    [Fact]
    public void Requests_wait_in_the_ring_while_those_under_way_hold_memory_enough()
    {
        const int parts = 128, partBytes = 65_024; // nearly 8 MiB a request, all of the same memory
        var disk = new FakeBlockPort(16 * 1024) { Slow = true };
        var context = new FakeDeviceContext { BlockPort = disk };
        var driver = new VirtioDriver(Create(context), context.Memory).Start(1);
        var table = new byte[16 * (parts + 2)];
        Part(0, driver.Place(Header(Write, 0)), 16, 1);
        for (var i = 1; i <= parts; i++) Part(i, FakeMemory.Start, partBytes, 1);
        Part(parts + 1, driver.Place(new byte[1]), 1, 2);
        var at = driver.Place(table);
        for (ushort request = 0; request < 6; request++)
        {
            driver.WriteDescriptor(0, request, at, table.Length, flags: 4, next: 0);
            driver.Offer(0, request);
        }
        Assert.InRange(disk.Held, 2, 3);
        for (var answered = 0; answered < 6; answered++)
        {
            disk.Complete();
            Assert.InRange(disk.Held, 0, 3);
        }
        Assert.Equal(0, disk.Held);
        Assert.Equal(6, Enumerable.Range(0, 6).Count(_ => driver.TakeUsed(0) is not null));

        void Part(int index, ulong address, int length, ushort flags)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(table.AsSpan(16 * index), address);
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(16 * index + 8), length);
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(16 * index + 12), flags);
            BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(16 * index + 14), (ushort)(index + 1));
        }
    }

    [Fact]
    public void A_flush_reaches_the_disk()
    {
        var answer = _driver.Submit(0, [Header(Flush, 0)], [1]);
        Assert.Equal(1, Disk.Flushes);
        Assert.Equal(0, _driver.Read(answer[0], 1)[0]);
    }

    [Fact]
    public void The_disk_says_its_name()
    {
        var answer = _driver.Submit(0, [Header(GetIdentity, 0)], [20, 1]);
        Assert.Equal("dut", Encoding.ASCII.GetString(_driver.Read(answer[0], 20)).TrimEnd('\0'));
    }

    [Fact]
    public void Something_unknown_is_unsupported()
    {
        var answer = _driver.Submit(0, [Header(77, 0)], [1]);
        Assert.Equal(2, _driver.Read(answer[0], 1)[0]);
    }

    [Fact]
    public void A_failing_disk_is_an_error()
    {
        Disk.Status = BusStatus.Failed;
        var answer = _driver.Submit(0, [Header(Read, 0)], [512, 1]);
        Assert.Equal(1, _driver.Read(answer[1], 1)[0]);
    }

    [Fact]
    public void A_read_only_disk_says_so_and_refuses_writes()
    {
        var context = new FakeDeviceContext { BlockPort = new FakeBlockPort(4) { IsReadOnly = true } };
        var driver = new VirtioDriver(Create(context), context.Memory).Start(1);
        Assert.Equal(1u << 5, driver.Device.Read32(0x10) & 1u << 5);
        var answer = driver.Submit(0, [Header(Write, 0), new byte[512]], [1]);
        Assert.Equal(1, driver.Read(answer[0], 1)[0]);
    }

    [Fact]
    public void Without_a_disk_the_capacity_is_zero() =>
        Assert.Equal(0UL, Create(new FakeDeviceContext()).Read64(0x100));

    [Fact]
    public void A_slow_request_is_answered_when_it_ends()
    {
        Disk.Slow = true;
        _driver.Submit(0, [Header(Read, 0)], [512, 1]);
        Assert.Null(_driver.TakeUsed(0));
        Assert.True(_driver.Device.InTransaction);
        Disk.Complete();
        Assert.NotNull(_driver.TakeUsed(0));
        Assert.True(_context.Line("irq").Level);
    }

    [Fact]
    public void A_request_of_before_a_reset_is_never_answered()
    {
        Disk.Slow = true;
        _driver.Submit(0, [Header(Read, 0)], [512, 1]);
        _driver.Device.Write32(0x70, 0);
        _driver.Start(1);
        Disk.Complete();
        Assert.Null(_driver.TakeUsed(0));
    }

    [Fact]
    public void Requests_under_way_are_done_again_after_a_move()
    {
        Disk.Slow = true;
        Disk.Bytes[512] = 0x5A;
        var first = _driver.Submit(0, [Header(Read, 1)], [512, 1]);
        _driver.Submit(0, [Header(Write, 3), Enumerable.Repeat((byte)7, 512).ToArray()], [1]);
        var disk = new FakeBlockPort(4);
        Disk.Bytes.AsSpan(0, 1536).CopyTo(disk.Bytes);
        var there = new FakeDeviceContext { BlockPort = disk };
        _context.Memory.Bytes.CopyTo(there.Memory.Bytes, 0);
        var twin = Create(there);
        twin.Restore(StateTree.Of(_driver.Device));
        there.Clock.Advance(0);
        var driver = _driver.MoveTo(twin, there.Memory);
        Assert.Equal(0u, driver.TakeUsed(0)!.Value.Head);
        Assert.Equal(3u, driver.TakeUsed(0)!.Value.Head);
        Assert.Equal(0x5A, driver.Read(first[0], 1)[0]);
        Assert.Equal(7, disk.Bytes[3 * 512]);
    }

    private protected override FakeDeviceContext CreateContext() => new() { BlockPort = new FakeBlockPort(4) };

    private protected override IMmioDevice Create(FakeDeviceContext context) =>
        (IMmioDevice)new VirtioBlockPlugin().Create(context);

    private static byte[] Header(uint type, ulong sector) => [.. BitConverter.GetBytes(type), 0, 0, 0, 0, .. BitConverter.GetBytes(sector)];
}
