// SPDX-License-Identifier: Apache-2.0
using CsCheck;
using Devices.Tests.Conformance;
using Devices.Tests.Fakes;

namespace Devices.Tests.Virtio;

/// <summary>What every virtio device promises beside <see cref="DeviceConformance"/>: it survives any rings.</summary>
public abstract class VirtioConformance : DeviceConformance
{
    protected override uint[] Offsets =>
        [0x00, 0x04, 0x08, 0x10, 0x14, 0x20, 0x24, 0x30, 0x38, 0x44, 0x50, 0x60, 0x64, 0x70, 0x80, 0x90, 0xA0, 0xFC, 0x100, 0x104];

    protected override ulong[] Values => [0, 1, 2, 3, 8, 11, 15, 0x8000_1000, 0x8000_1100, 0x8000_1200];

    protected abstract int Queues { get; }

    protected abstract uint DeviceId { get; }

    [Fact]
    public void It_says_what_it_is()
    {
        var device = Create(CreateContext());
        Assert.Equal([0x7472_6976u, 2u, DeviceId], new uint[] { 0, 4, 8 }.Select(device.Read32));
        for (uint queue = 0; queue < 8; queue++)
        {
            device.Write32(0x30, queue);
            Assert.Equal(queue < Queues, device.Read32(0x34) > 0);
        }
    }

    [Fact]
    public void Features_without_version_one_or_beyond_the_offer_are_not_accepted()
    {
        foreach (var features in new[] { 0UL, 1UL << 32 | 1UL << 60 })
        {
            var context = CreateContext();
            var driver = new VirtioDriver(Create(context), context.Memory).Start(Queues, features);
            Assert.Equal(0u, driver.Status & 8);
        }
    }

    [Fact]
    public void Whatever_stands_in_the_rings_the_device_survives_and_a_reset_heals_it() =>
        Gen.Select(Gen.Byte.Array[0x600], Gen.Int[0, 1_000_000]).Sample((noise, seed) =>
        {
            var context = CreateContext();
            var driver = new VirtioDriver(Create(context), context.Memory).Start(Queues);
            context.Memory.TryWrite(VirtioDriver.Descriptors(0), noise);
            Tame(context.Memory, seed);
            for (uint queue = 0; queue < Queues; queue++) driver.Device.Write32(0x50, queue);
            Outside(context, (ulong)seed);
            StateTree.Of(driver.Device);
            driver.Device.Write32(0x70, 0);
            Assert.Equal(0u, driver.Status);
            Assert.False(context.Line("irq").Level);
        }, iter: 300);

    /// <summary>Makes some of the noise look like sound descriptors, so that more than the first check is met.</summary>
    private static void Tame(FakeMemory memory, int seed)
    {
        var random = new Random(seed);
        for (var queue = 0; queue < 2; queue++)
        {
            for (var i = 0; i < VirtioDriver.QueueSize; i++)
            {
                var descriptor = new byte[16];
                BitConverter.TryWriteBytes(descriptor, FakeMemory.Start + (uint)random.Next(0x1_1000));
                BitConverter.TryWriteBytes(descriptor.AsSpan(8), random.Next(5) == 0 ? uint.MaxValue : (uint)random.Next(64));
                descriptor[12] = (byte)random.Next(8);
                descriptor[14] = (byte)random.Next(random.Next(4) == 0 ? 256 : 8);
                if (random.Next(3) > 0) memory.TryWrite(VirtioDriver.Descriptors(queue) + 16UL * (uint)i, descriptor);
            }
            memory.TryWrite(VirtioDriver.Available(queue) + 2, [(byte)random.Next(10), 0]);
            for (var i = 0; i < VirtioDriver.QueueSize; i++)
                memory.TryWrite(VirtioDriver.Available(queue) + 4 + 2UL * (uint)i, [(byte)random.Next(9), 0]);
        }
    }
}
