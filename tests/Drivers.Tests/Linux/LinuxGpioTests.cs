// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>The contract on a model of the kernel's GPIO chips; on the kernel itself it is held by <see cref="BoardTests"/>.</summary>
public sealed class LinuxGpioTests : GpioContract
{
    private const string Chip = "pinctrl-bcm2711";

    protected override IGpioRig NewRig() => new Rig();

    [Theory]
    [InlineData("pinctrl-bcm2711", "17")]
    [InlineData("gpiochip1", "17")]
    [InlineData("1", "17")]
    [InlineData("/dev/gpiochip1", "17")]
    [InlineData("pinctrl-bcm2711", "GPIO17")]
    [InlineData(null, "GPIO17")]
    public void A_line_is_found_by_what_its_chip_and_it_are_called(string? chip, string line)
    {
        using var bench = new Bench();

        using var opened = bench.Open("relay1", chip is null ? [("line", line)] : [("chip", chip), ("line", line)]);

        Assert.Equal("ehv relay1", bench.Header.Pins[17].Consumer);
    }

    [Fact]
    public void Two_chips_that_fit_are_one_too_many()
    {
        using var bench = new Bench();
        bench.Add("gpiochip2", new FakeGpioChip("gpiochip2", Chip, 8));

        var refusal = Assert.Throws<PeripheralException>(() => bench.Open("relay1", ("chip", Chip), ("line", "4")));

        Assert.Equal("peripheral relay1: gpiochip1 [pinctrl-bcm2711] and gpiochip2 [pinctrl-bcm2711] both fit; name the chip by its device file", refusal.Message);
    }

    [Theory]
    [InlineData("pinctrl-rp1", "4")]
    [InlineData("pinctrl-bcm2711", "58")]
    [InlineData("pinctrl-bcm2711", "GPIO99")]
    public void A_line_that_is_not_there_is_told_with_what_is(string chip, string line)
    {
        using var bench = new Bench();

        var refusal = Assert.Throws<PeripheralException>(() => bench.Open("relay1", ("chip", chip), ("line", line)));

        Assert.Equal($"peripheral relay1: chip '{chip}' is not there or has no line '{line}'; there is gpiochip0 [expander] (8 lines), gpiochip1 [{Chip}] (58 lines)", refusal.Message);
    }

    [Fact]
    public void A_line_that_somebody_has_is_refused_with_the_name_of_who_has_it()
    {
        using var bench = new Bench();
        bench.Header.Pins[42].Consumer = "ACT";

        var refusal = Assert.Throws<PeripheralException>(() => bench.Open("relay1", ("chip", Chip), ("line", "42")));

        Assert.Equal("peripheral relay1: line 42 of gpiochip1 [pinctrl-bcm2711]: in use by 'ACT'", refusal.Message);
    }

    [Fact]
    public void Whether_a_line_could_be_had_is_told_without_taking_it()
    {
        using var bench = new Bench();
        string? Look(int line) => ((IAvailability)bench.Driver).WhyUnavailable(Options.For("relay1", ("root", bench.Root), ("chip", Chip), ("line", $"{line}")));
        (bench.Header.Pins[42].Consumer, bench.Header.Pins[43].Consumer) = ("ACT", "ehv relay1");

        Assert.Null(Look(17));
        Assert.Equal("peripheral relay1: line 42 of gpiochip1 [pinctrl-bcm2711]: in use by 'ACT'", Look(42));
        Assert.Null(Look(43)); // kept for us over a restart
        Assert.Contains("is not there or has no line '99'", Look(99), StringComparison.Ordinal);
        Assert.Equal((null, 0), (bench.Header.Pins[17].Consumer, bench.Kernel.OpenCount));
    }

    [Fact]
    public void Opening_a_line_takes_it_and_changes_nothing_at_the_pin()
    {
        using var bench = new Bench();
        var pin = bench.Header.Pins[17];
        (pin.Flags, pin.Driven) = (GpioUapi.Flags.Output, true);
        pin.Settle();

        using var line = bench.Open("relay1", ("chip", Chip), ("line", "17"));

        Assert.Equal((true, 1, GpioUapi.Flags.Output), (pin.Level, pin.Changes, pin.Flags));
        Assert.True(line.Read());
    }

    [Fact]
    public void Closing_gives_everything_back()
    {
        using var bench = new Bench();
        var line = bench.Open("relay1", ("chip", Chip), ("line", "17"));
        line.Configure(new GpioMode(GpioDirection.Input), false);
        line.Watch(_ => { });

        line.Dispose();
        line.Dispose();

        Assert.Equal(0, bench.Kernel.OpenCount);
        Assert.Null(bench.Header.Pins[17].Consumer);
    }

    [Fact]
    public void The_boards_bias_and_debouncing_reach_the_kernel_and_a_users_bias_goes_before()
    {
        using var bench = new Bench();
        using var line = bench.Open("button1", ("chip", Chip), ("line", "27"), ("bias", "pull-up"), ("debounceUs", "5000"));
        var pin = bench.Header.Pins[27];

        line.Configure(new GpioMode(GpioDirection.Input), false);
        Assert.Equal((GpioUapi.Flags.Input | GpioUapi.Flags.PullUp, 5000UL), (pin.Flags, pin.DebounceUs));
        line.Configure(new GpioMode(GpioDirection.Input, GpioBias.PullDown), false);
        Assert.Equal(GpioUapi.Flags.Input | GpioUapi.Flags.PullDown, pin.Flags);
        line.Configure(new GpioMode(GpioDirection.Output), false);
        Assert.Equal((GpioUapi.Flags.Output | GpioUapi.Flags.PullUp, 0UL), (pin.Flags, pin.DebounceUs)); // debouncing is for inputs
    }

    [Fact]
    public void A_setting_that_the_chip_refuses_is_an_error_and_changes_nothing()
    {
        using var bench = new Bench();
        using var line = bench.Open("relay1", ("chip", Chip), ("line", "17"));
        line.Configure(new GpioMode(GpioDirection.Input), false);

        var refusal = Assert.Throws<PeripheralException>(() => line.Write(true));

        Assert.StartsWith("line 17 of gpiochip1 [pinctrl-bcm2711] cannot be driven: ", refusal.Message);
        Assert.False(bench.Header.Pins[17].Level);
    }

    [Fact]
    public void Edges_that_the_kernel_had_no_room_for_are_reported()
    {
        using var bench = new Bench();
        using var line = bench.Open("button1", ("chip", Chip), ("line", "27"));
        line.Configure(new GpioMode(GpioDirection.Input), false);
        using var heard = new SemaphoreSlim(0);
        line.Watch(_ => heard.Release());
        var pin = bench.Header.Pins[27];

        pin.Outside = true;
        Assert.True(heard.Wait(Patience.Long));
        ((FakeHeldLines)pin.Changed!.Target!).Lose(pin);
        pin.Outside = false;
        Assert.True(heard.Wait(Patience.Long));

        Assert.Contains("line 27 of gpiochip1 [pinctrl-bcm2711]: edges come faster than they are read; some were lost", bench.Context.Reports);
    }

    [Fact]
    public void Who_fails_at_an_edge_hears_no_more_and_disturbs_nobody()
    {
        using var bench = new Bench();
        using var bad = bench.Open("a", ("chip", Chip), ("line", "27"));
        using var good = bench.Open("b", ("chip", Chip), ("line", "28"));
        foreach (var line in (IGpioLine[])[bad, good]) line.Configure(new GpioMode(GpioDirection.Input), false);
        using var heard = new SemaphoreSlim(0);
        bad.Watch(_ => throw new InvalidOperationException("a mistake"));
        good.Watch(_ => heard.Release());

        bench.Header.Pins[27].Outside = true;
        SpinWait.SpinUntil(() => bench.Context.Reports.Count > 0, Patience.Long);
        bench.Header.Pins[28].Outside = true;

        Assert.True(heard.Wait(Patience.Long));
        Assert.Contains("a mistake", Assert.Single(bench.Context.Reports), StringComparison.Ordinal);
    }

    [Fact]
    public void Edges_from_before_the_watch_are_nobodys()
    {
        using var bench = new Bench();
        using var line = bench.Open("button1", ("chip", Chip), ("line", "27"));
        line.Configure(new GpioMode(GpioDirection.Input), false);
        line.Watch(_ => { });
        line.Watch(null);
        var pin = bench.Header.Pins[27];
        pin.Flags |= GpioUapi.Flags.BothEdges; // one that was on its way when the watch ended
        pin.Outside = true;
        var edges = new List<GpioEdge>();
        using var heard = new SemaphoreSlim(0);

        line.Watch(edge =>
        {
            edges.Add(edge);
            heard.Release();
        });
        pin.Outside = false;
        Assert.True(heard.Wait(Patience.Long));

        Assert.False(Assert.Single(edges).Level);
    }

    [Fact]
    public void A_line_is_kept_while_it_drives_and_no_longer()
    {
        using var bench = new Bench();
        var files = new FakeFiles();
        bench.Context.Keeper = files;
        var line = bench.Open("relay1", ("chip", Chip), ("line", "17"));
        Assert.Empty(files.Kept);

        line.Configure(new GpioMode(GpioDirection.Output), true);
        Assert.Equal("gpio/pinctrl-bcm2711/17", Assert.Single(files.Kept).Key);
        line.Configure(new GpioMode(GpioDirection.Disconnected), false);
        Assert.Empty(files.Kept);
        line.Configure(new GpioMode(GpioDirection.Output), true);
        line.Dispose(); // the service ends: what it held is to be held on
        Assert.Single(files.Kept);
    }

    [Fact]
    public void A_kept_line_is_taken_up_without_a_change_at_the_pin()
    {
        using var bench = new Bench();
        bench.Context.Keeper = new FakeFiles();
        var before = bench.Open("relay1", ("chip", Chip), ("line", "17"));
        before.Configure(new GpioMode(GpioDirection.Output), true);
        var pin = bench.Header.Pins[17];

        using var after = bench.Open("relay1", ("chip", Chip), ("line", "17")); // EBUSY, were it not kept
        Assert.True(after.Read());
        after.Configure(new GpioMode(GpioDirection.Output), true);

        Assert.Equal((true, 1), (pin.Level, pin.Changes));
        after.Write(false);
        Assert.False(pin.Level);
    }

    [Fact]
    public void What_was_kept_and_is_another_line_is_let_go_of()
    {
        using var bench = new Bench();
        var files = new FakeFiles();
        bench.Context.Keeper = files;
        bench.Open("led1", ("chip", Chip), ("line", "23")).Configure(new GpioMode(GpioDirection.Output), true);
        files.Kept["gpio/pinctrl-bcm2711/17"] = files.Kept["gpio/pinctrl-bcm2711/23"];

        using var line = bench.Open("relay1", ("chip", Chip), ("line", "17"));

        Assert.DoesNotContain("gpio/pinctrl-bcm2711/17", files.Kept);
        Assert.Contains("what was kept as gpio/pinctrl-bcm2711/17 is not line 17 of gpiochip1 [pinctrl-bcm2711]; it was let go of", bench.Context.Reports);
        Assert.Equal("ehv relay1", bench.Header.Pins[17].Consumer);
    }

    [Fact]
    public void Several_lines_are_one_request_and_are_driven_in_one_call()
    {
        using var bench = new Bench();
        var group = bench.OpenGroup(("line", "5"), ("line", "6"), ("line", "7"));
        Assert.Equal(1, bench.Kernel.OpenCount);
        foreach (var line in group.Lines) line.Configure(new GpioMode(GpioDirection.Output), false);
        var calls = bench.Kernel.Calls;

        group.Write(0b111, 0b101);

        Assert.Equal(calls + 1, bench.Kernel.Calls);
        Assert.Equal((true, false, true), (bench.Header.Pins[5].Level, bench.Header.Pins[6].Level, bench.Header.Pins[7].Level));
        group.Write(0b010, 0b111);
        Assert.True(bench.Header.Pins[6].Level);
    }

    [Fact]
    public void Lines_of_a_group_have_directions_biases_and_edges_of_their_own_and_leave_each_other_alone()
    {
        using var bench = new Bench();
        var group = bench.OpenGroup(("line", "5"), ("line", "6"), ("line", "7"));
        var (output, input, other) = (group.Lines[0], group.Lines[1], group.Lines[2]);
        output.Configure(new GpioMode(GpioDirection.Output), true);
        other.Configure(new GpioMode(GpioDirection.Output), false);
        other.Write(true);
        using var heard = new SemaphoreSlim(0);
        input.Configure(new GpioMode(GpioDirection.Input, GpioBias.PullUp), false);
        input.Watch(edge => { if (!edge.Level) heard.Release(); });

        bench.Header.Pins[6].Outside = false;

        Assert.True(heard.Wait(Patience.Long));
        Assert.Equal((1, 1), (bench.Header.Pins[5].Changes, bench.Header.Pins[7].Changes)); // neither has moved since
        Assert.Equal((true, true, false), (output.Read(), other.Read(), input.Read()));
        foreach (var line in group.Lines) line.Dispose();
        Assert.Equal(0, bench.Kernel.OpenCount);
    }

    [Fact]
    public void Lines_of_two_chips_are_no_group()
    {
        using var bench = new Bench();
        var refusal = Assert.Throws<PeripheralException>(() => ((IGpioGroups)bench.Driver).OpenGroup(
            [Options.For("a", ("root", bench.Root), ("chip", Chip), ("line", "5")), Options.For("b", ("root", bench.Root), ("chip", "expander"), ("line", "5"))]));
        Assert.Equal("peripheral b: it is on gpiochip0 [expander], and peripheral a on gpiochip1 [pinctrl-bcm2711]: they cannot be one group", refusal.Message);
        Assert.Equal(0, bench.Kernel.OpenCount);
    }

    [Theory]
    [InlineData("ehv a-role-with-a-name-that-is-too-long-for-the-kernel", "ehv a-role-with-a-name-that-is-")]
    [InlineData("ehv übergrößenträgerübergrößen", "ehv übergrößenträgerübergr")]
    public void A_consumers_name_is_cut_at_a_character(string name, string cut) => Assert.Equal(cut, GpioChip.Shortened(name));

    [Theory]
    [InlineData("line", "4096", "whole number from 0 to 4095")]
    [InlineData("bias", "up", "one of as-is, disabled, pull-up, pull-down")]
    [InlineData("debounceUs", "-1", "whole number from 0 to 10000000")]
    [InlineData("linie", "3", "unknown")]
    public void An_option_that_does_not_fit_is_refused_before_anything_is_opened(string name, string value, string expected)
    {
        using var bench = new Bench();
        (string, string)[] options = name == "line" ? [("chip", Chip), (name, value)] : [("chip", Chip), ("line", "1"), (name, value)];

        Assert.Contains(expected, Assert.Throws<OptionException>(() => bench.Driver.Validate(Options.Of(options))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_offset_without_a_chip_is_refused()
    {
        using var bench = new Bench();
        Assert.Contains("option 'chip': missing", Assert.Throws<OptionException>(() => bench.Driver.Validate(Options.Of(("line", "17")))).Message);
    }

    [Fact]
    public void A_chip_that_we_may_not_open_is_told_with_the_remedy()
    {
        using var bench = new Bench();
        bench.Kernel.Refusals["/dev/gpiochip0"] = Errno.AccessDenied;

        var refusal = Assert.Throws<PeripheralException>(() => bench.Open("relay1", ("chip", "0"), ("line", "1")));

        Assert.Equal("peripheral relay1: /dev/gpiochip0: Permission denied; the service's user has to be in the group that owns /dev/gpiochip0", refusal.Message);
        bench.Open("relay1", ("chip", Chip), ("line", "1")).Dispose(); // the other chip is free for all
    }

    /// <summary>A board with two chips.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly FakeRoot _root = new();

        public Bench()
        {
            Add("gpiochip0", new FakeGpioChip("gpiochip0", "expander", 8));
            Header = new FakeGpioChip("gpiochip1", Chip, 58);
            foreach (var pin in Header.Pins) pin.Name = $"GPIO{pin.Offset}";
            Add("gpiochip1", Header);
            Driver = new LinuxGpioPlugin().Create(Context, Kernel);
        }

        public string Root => _root.Path;

        public FakeKernel Kernel { get; } = new();

        public FakeDriverContext Context { get; } = new();

        public FakeGpioChip Header { get; }

        public IBoardDriver Driver { get; }

        public void Add(string name, FakeGpioChip chip)
        {
            _root.With($"/dev/{name}");
            Kernel.Devices[$"/dev/{name}"] = chip;
        }

        public IGpioGroup OpenGroup(params (string, string)[] lines) =>
            ((IGpioGroups)Driver).OpenGroup([.. lines.Select(line => Options.For("port", ("root", _root.Path), ("chip", Chip), line))]);

        public IGpioLine Open(string role, params (string Name, string Value)[] options) =>
            (IGpioLine)Driver.Open(Options.For(role, [("root", _root.Path), .. options]));

        public void Dispose()
        {
            Context.Dispose();
            _root.Dispose();
        }
    }

    private sealed class Rig : IGpioRig
    {
        private readonly Bench _bench = new();

        public Rig() => Line = Open();

        public IGpioLine Line { get; private set; }

        public IGpioLine Reopen(params (string Name, string Value)[] options)
        {
            Line.Dispose();
            return Line = Open(options);
        }

        public bool Measure() => _bench.Header.Pins[17].Level;

        public void DriveFromOutside(bool? level) => _bench.Header.Pins[17].Outside = level;

        // Edges come in order through one thread: once it has told of one on another line, it has told of all before.
        public void Settle()
        {
            using var line = _bench.Open("settled", ("chip", Chip), ("line", "18"));
            using var heard = new SemaphoreSlim(0);
            line.Configure(new GpioMode(GpioDirection.Input), false);
            line.Watch(_ => heard.Release());
            _bench.Header.Pins[18].Outside = !_bench.Header.Pins[18].Level;
            Assert.True(heard.Wait(Patience.Long));
        }

        public long NowNs() => Stopwatch.GetTimestamp();

        public void Dispose()
        {
            Line.Dispose();
            _bench.Dispose();
        }

        private IGpioLine Open(params (string Name, string Value)[] options) => _bench.Open("relay1", [("chip", Chip), ("line", "17"), .. options]);
    }
}
