// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class SimulatedGpioTests : GpioContract
{
    protected override IGpioRig NewRig() => new Rig();

    [Fact]
    public void Every_change_of_a_line_is_traced_with_its_time()
    {
        var time = new ManualTime();
        using var context = new FakeDriverContext(time);
        using var line = Open(context, ("line", "4"), ("trace", "16"));
        line.Configure(new GpioMode(GpioDirection.Output), true);
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromMicroseconds(5));
            line.Write(i % 2 == 1);
        }

        long position = 0;
        var changes = new GpioEdge[10];
        var count = ((IGpioTrace)line).ReadTrace(ref position, changes);

        Assert.Equal([new(true, 1_000_000_000), new(false, 1_000_005_000), new(true, 1_000_010_000), new GpioEdge(false, 1_000_015_000)], changes[..count]);
        Assert.Equal(4, position);
        Assert.Equal(0, ((IGpioTrace)line).ReadTrace(ref position, changes));
    }

    [Fact]
    public void A_reader_that_is_late_skips_what_was_forgotten_and_says_so()
    {
        using var context = new FakeDriverContext(new ManualTime());
        using var line = Open(context, ("line", "4"), ("trace", "8"));
        line.Configure(new GpioMode(GpioDirection.Output), false);
        for (var i = 0; i < 100; i++) line.Write(i % 2 == 0);

        long position = 0;
        var changes = new GpioEdge[100];
        var count = ((IGpioTrace)line).ReadTrace(ref position, changes);

        Assert.Equal((7, 100L, 100L), (count, position, ((IGpioTrace)line).ChangeCount));
        Assert.Equal([false, true, false, true, false, true, false], changes[..count].Select(change => change.Level));
    }

    [Fact]
    public async Task A_trace_read_while_it_is_written_never_shows_a_change_twice_or_out_of_order()
    {
        using var context = new FakeDriverContext(TimeProvider.System);
        using var line = Open(context, ("line", "4"), ("trace", "64"));
        line.Configure(new GpioMode(GpioDirection.Output), false);
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 300_000; i++) line.Write(i % 2 == 0);
        });

        long position = 0;
        var changes = new GpioEdge[64];
        var (last, seen) = (0L, 0L);
        while (!writer.IsCompleted || position < 300_000)
        {
            var count = ((IGpioTrace)line).ReadTrace(ref position, changes);
            // Change number n (from 0) goes to high when n is even; the numbers end at the position.
            for (var i = 0; i < count; i++)
            {
                Assert.Equal((position - count + i) % 2 == 0, changes[i].Level);
                Assert.True(changes[i].TimestampNs >= last);
                last = changes[i].TimestampNs;
            }
            seen += count;
        }
        await writer;
        Assert.InRange(seen, 1, 300_000);
    }

    [Fact]
    public void A_line_can_be_had_once()
    {
        using var context = new FakeDriverContext();
        using var driver = new SimulatedGpioPlugin().Create(context);
        var first = driver.Open(Options.For("relay1", ("line", "17")));

        var refusal = Assert.Throws<PeripheralException>(() => driver.Open(Options.For("led1", ("line", "17"))));
        Assert.Equal("peripheral led1: line 17 of chip simulated is in use by peripheral relay1", refusal.Message);

        first.Dispose();
        driver.Open(Options.For("led1", ("line", "17"))).Dispose();
    }

    [Theory]
    [InlineData("lines", "3", "unknown")]
    [InlineData("line", "4096", "whole number from 0 to 1023")]
    [InlineData("bias", "up", "one of as-is, disabled, pull-up, pull-down")]
    public void An_option_that_does_not_fit_is_refused_before_anything_is_opened(string name, string value, string expected)
    {
        using var context = new FakeDriverContext();
        using var driver = new SimulatedGpioPlugin().Create(context);
        (string, string)[] options = name == "line" ? [(name, value)] : [("line", "1"), (name, value)];

        Assert.Contains(expected, Assert.Throws<OptionException>(() => driver.Validate(Options.Of(options))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_outside_cannot_change_what_a_push_pull_output_drives()
    {
        using var context = new FakeDriverContext();
        using var line = Open(context, ("line", "1"));
        line.Configure(new GpioMode(GpioDirection.Output), true);

        ((ISimulated)line).Change("level", "low");

        Assert.True(line.Read());
        line.Configure(new GpioMode(GpioDirection.Input), false);
        Assert.False(line.Read());
    }

    private static IGpioLine Open(IDriverContext context, params (string, string)[] options) =>
        (IGpioLine)new SimulatedGpioPlugin().Create(context).Open(Options.Of(options));

    private sealed class Rig : IGpioRig
    {
        private readonly FakeDriverContext _context = new();

        public Rig() => Line = Open(_context, ("line", "17"));

        public IGpioLine Line { get; private set; }

        public IGpioLine Reopen(params (string Name, string Value)[] options)
        {
            Line.Dispose();
            return Line = Open(_context, [("line", "17"), .. options]);
        }

        public bool Measure() => ((ISimulated)Line).Observe()["level"] == "high";

        public void DriveFromOutside(bool? level) =>
            ((ISimulated)Line).Change("level", level switch { true => "high", false => "low", null => "floating" });

        public void Settle()
        {
        }

        public long NowNs() => _context.Time.NowNs();

        public void Dispose()
        {
            Line.Dispose();
            _context.Dispose();
        }
    }
}
