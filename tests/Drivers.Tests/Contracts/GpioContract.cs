// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>What every driver of digital lines promises.</summary>
public abstract class GpioContract
{
    private static readonly GpioMode Output = new(GpioDirection.Output);

    protected abstract IGpioRig NewRig();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_output_comes_up_at_its_initial_level(bool level)
    {
        using var rig = NewRig();

        rig.Line.Configure(Output, level);

        Assert.Equal(level, rig.Measure());
    }

    [Fact]
    public void What_is_written_is_measured_outside_and_read_back()
    {
        using var rig = NewRig();
        rig.Line.Configure(Output, false);

        foreach (var level in (bool[])[true, true, false, true, false, false])
        {
            rig.Line.Write(level);
            Assert.Equal((level, level), (rig.Measure(), rig.Line.Read()));
        }
    }

    [Fact]
    public void An_input_reads_what_the_outside_drives()
    {
        using var rig = NewRig();
        rig.Line.Configure(new GpioMode(GpioDirection.Input), false);

        rig.DriveFromOutside(true);
        Assert.True(rig.Line.Read());
        rig.DriveFromOutside(false);
        Assert.False(rig.Line.Read());
    }

    [Fact]
    public void A_bias_decides_the_level_of_an_input_that_nobody_drives()
    {
        using var rig = NewRig();
        rig.DriveFromOutside(null);

        rig.Line.Configure(new GpioMode(GpioDirection.Input, GpioBias.PullUp), false);
        Assert.True(rig.Line.Read());
        rig.Line.Configure(new GpioMode(GpioDirection.Input, GpioBias.PullDown), false);
        Assert.False(rig.Line.Read());
    }

    [Fact]
    public void Edges_are_told_of_in_order_with_times_between_before_and_after()
    {
        using var rig = NewRig();
        rig.DriveFromOutside(false);
        rig.Line.Configure(new GpioMode(GpioDirection.Input), false);
        var edges = new List<GpioEdge>();
        rig.Line.Watch(edge => { lock (edges) edges.Add(edge); });
        var before = rig.NowNs();

        foreach (var level in (bool[])[true, false, true, true, false]) rig.DriveFromOutside(level);
        rig.Settle();

        lock (edges)
        {
            Assert.Equal([true, false, true, false], edges.Select(edge => edge.Level));
            Assert.All(edges, edge => Assert.InRange(edge.TimestampNs, before, rig.NowNs()));
            Assert.Equal(edges.Select(edge => edge.TimestampNs).Order(), edges.Select(edge => edge.TimestampNs));
        }
    }

    [Fact]
    public void Nobody_is_told_of_edges_after_the_watch_ended()
    {
        using var rig = NewRig();
        rig.DriveFromOutside(false);
        rig.Line.Configure(new GpioMode(GpioDirection.Input), false);
        var count = 0;
        rig.Line.Watch(_ => Interlocked.Increment(ref count));
        rig.Line.Watch(null);

        rig.DriveFromOutside(true);
        rig.Settle();

        Assert.Equal(0, Volatile.Read(ref count));
    }

    [Fact]
    public void An_open_drain_output_pulls_low_and_lets_go_for_high()
    {
        using var rig = NewRig();
        rig.DriveFromOutside(null);
        rig.Line.Configure(new GpioMode(GpioDirection.Output, GpioBias.PullUp, GpioDrive.OpenDrain), true);

        Assert.True(rig.Line.Read());
        rig.Line.Write(false);
        Assert.False(rig.Measure());
        rig.Line.Write(true);
        Assert.True(rig.Line.Read());
    }

    [Fact]
    public void An_active_low_line_is_low_when_it_is_active()
    {
        using var rig = NewRig();
        var line = rig.Reopen(("activeLow", "true"));

        line.Configure(Output, true);
        Assert.False(rig.Measure());
        line.Write(false);
        Assert.True(rig.Measure());
        Assert.False(line.Read());
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        using var rig = NewRig();
        var line = rig.Line;
        line.Configure(Output, false);
        Toggle(line, 1000);

        // A collection that another test causes meanwhile may be counted for this thread, but not every time.
        var leastBytes = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Toggle(line, 1000);
            leastBytes = Math.Min(leastBytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.True(leastBytes <= 1000 * rig.AllocatedBytesOfAWrite, $"{leastBytes} bytes");
    }

    private static void Toggle(IGpioLine line, int times)
    {
        for (var i = 0; i < times; i++) line.Write((i & 1) == 0);
    }
}
