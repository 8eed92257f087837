// SPDX-License-Identifier: Apache-2.0
using Devices.Tests.Fakes;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Conformance;

/// <summary>A device with its surroundings, and a guest who does what comes to mind.</summary>
internal sealed class DeviceBench
{
    private static readonly AccessWidth[] Widths = [AccessWidth.Byte, AccessWidth.Half, AccessWidth.Word, AccessWidth.Double];
    private readonly IDevicePlugin _plugin;
    private readonly FakeDeviceContext _context;
    private readonly Random _random;

    public DeviceBench(IDevicePlugin plugin, int seed) : this(plugin, new FakeDeviceContext(), new Random(seed))
    {
    }

    private DeviceBench(IDevicePlugin plugin, FakeDeviceContext context, Random random)
    {
        (_plugin, _context, _random) = (plugin, context, random);
        Device = plugin.Create(context);
    }

    public IDevice Device { get; }

    public StateTree State() => StateTree.Of(Device);

    /// <summary>A new device in the same surroundings at the same time.</summary>
    public DeviceBench Fresh() => new(_plugin, _context.Twin(), _random);

    /// <summary>A fresh twin that goes on from here.</summary>
    public DeviceBench Move()
    {
        var twin = new DeviceBench(_plugin, _context.Twin(), _random);
        twin.Device.Restore(State());
        return twin;
    }

    /// <summary>Reads, writes and lets time pass, at random; what is told to a guest or to pins is nobody's business here.</summary>
    public void Play(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            if (_random.Next(8) == 0) _context.Clock.Advance(_random.NextInt64(5_000_000));
            if (Device is IMmioDevice device) Access(device);
        }
    }

    private void Access(IMmioDevice device)
    {
        var width = Widths[_random.Next(Widths.Length)];
        if (device.WindowBytes < (uint)width) return;
        var offset = Offset(device.WindowBytes - (uint)width) & ~((uint)width - 1);
        if (_random.Next(2) == 0)
            device.Read(offset, width);
        else
            device.Write(offset, width, Value(width));
    }

    // Registers crowd at the beginning of a window.
    private uint Offset(uint last) => (uint)_random.NextInt64((_random.Next(4) == 0 ? last : Math.Min(last, 255)) + 1L);

    private ulong Value(AccessWidth width)
    {
        var value = _random.Next(2) == 0 ? (ulong)_random.Next(256) : (ulong)_random.NextInt64();
        return width == AccessWidth.Double ? value : value & ((1UL << (8 * (int)width)) - 1);
    }
}
