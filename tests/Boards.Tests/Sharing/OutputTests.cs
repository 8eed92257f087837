// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

/// <summary>What a scope at the pin shows: every call that reaches the line is compared.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly RecordingLine _line = new();
    private readonly Bench _bench = new();

    public OutputTests() => _bench.With("relay1", _line);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Nothing_is_driven_before_the_VM_runs_and_then_at_once_what_it_asked_for()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1");
        var port = vm.Output(3, true);
        port.Drive(false);
        port.Drive(true);
        Assert.Empty(_line.Calls);

        vm.Open();

        Assert.Equal(["output high"], _line.Calls);
    }

    [Fact]
    public void Levels_reach_the_line_in_order_and_the_same_level_again_does_not()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        var port = vm.Output(3, false);

        foreach (var level in (bool[])[true, true, false, false, true]) port.Drive(level);

        Assert.Equal(["output low", "high", "low", "high"], _line.Calls);
        Assert.Equal(4, _bench.Board.Status()[0].Counts.Changes);
    }

    [Fact]
    public void An_open_drain_output_that_lets_go_reads_what_others_make_of_the_line()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        var port = vm.Gpio(3);
        port.Drive(true);
        port.Configure(new GpioMode(GpioDirection.Output, Drive: GpioDrive.OpenDrain));
        foreach (var level in (bool[])[false, true])
        {
            _line.Level = level;
            Assert.Equal(level, port.Level);
        }
        port.Drive(false);
        Assert.False(port.Level);
    }

    [Theory]
    [InlineData(OutputRelease.Pause, "")]
    [InlineData(OutputRelease.Stop, "low")]
    [InlineData(OutputRelease.Fault, "low")]
    [InlineData(OutputRelease.Handover, "low")]
    [InlineData(OutputRelease.ServiceRestart, "")]
    [InlineData(OutputRelease.Checkpoint, "")]
    public void When_a_VM_ceases_to_run_its_output_holds_or_goes_to_its_safe_level_in_one_step(OutputRelease reason, string expected)
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        vm.Output(3, true);
        _line.Calls.Clear();

        vm.Ports.Close(reason);

        Assert.Equal(expected, string.Join(",", _line.Calls));
    }

    [Theory]
    [InlineData("low", "low")]
    [InlineData("high", "")]
    [InlineData("input", "disconnected")]
    public void The_safe_state_is_what_the_manifest_says(string safe, string expected)
    {
        using var vm = _bench.NewVm("a", $"gpio0/3: {{ to: relay1, safe: {safe} }}").Open();
        vm.Output(3, true);
        _line.Calls.Clear();

        vm.Ports.Close(OutputRelease.Stop);
        vm.Ports.Close(OutputRelease.Stop);

        Assert.Equal(expected, string.Join(",", _line.Calls));
    }

    [Fact]
    public void A_pause_and_resume_with_hold_does_nothing_to_the_pin()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        vm.Output(3, true);
        _line.Calls.Clear();

        vm.Ports.Close(OutputRelease.Pause);
        vm.Open();

        Assert.Empty(_line.Calls);
    }

    [Fact]
    public void What_a_device_asks_for_while_its_VM_stands_still_reaches_the_pin_when_it_goes_on_and_in_one_step()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        var port = vm.Output(3, true);
        vm.Ports.Close(OutputRelease.Pause);
        _line.Calls.Clear();

        port.Configure(new GpioMode(GpioDirection.Disconnected)); // a restored snapshot goes through reset
        port.Drive(false);
        port.Drive(true);
        port.Drive(false);
        port.Configure(new GpioMode(GpioDirection.Output));
        Assert.Empty(_line.Calls);
        vm.Open();

        Assert.Equal(["low"], _line.Calls);
    }

    [Fact]
    public void A_paused_VM_that_is_then_stopped_goes_to_its_safe_level()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        vm.Output(3, true);
        vm.Ports.Close(OutputRelease.Pause);
        _line.Calls.Clear();

        vm.Ports.Close(OutputRelease.Stop);

        Assert.Equal(["low"], _line.Calls);
    }

    [Fact]
    public void A_VM_that_starts_anew_leaves_the_held_level_until_its_firmware_asks_for_something()
    {
        using (var first = _bench.NewVm("a", "gpio0/3: { to: relay1, onStop: hold }").Open())
        {
            first.Output(3, true);
            first.Ports.Close(OutputRelease.Stop);
        }
        _line.Calls.Clear();

        using var second = _bench.NewVm("a", "gpio0/3: relay1");
        second.Gpio(3).Configure(new GpioMode(GpioDirection.Disconnected));
        second.Open();
        Assert.Empty(_line.Calls);
        second.Output(3, true);

        Assert.Empty(_line.Calls); // it was high, and stays high
        second.Gpio(3).Configure(new GpioMode(GpioDirection.Disconnected));
        Assert.Equal(["disconnected"], _line.Calls);
    }

    [Fact]
    public void A_disposed_VM_drives_nothing_and_frees_its_roles()
    {
        var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        var port = vm.Output(3, true);
        Assert.Throws<BindingException>(() => _bench.NewVm("b", "gpio0/3: relay1"));

        vm.Dispose();
        _line.Calls.Clear();
        port.Drive(false);
        port.Drive(true);

        Assert.Empty(_line.Calls);
        _bench.NewVm("b", "gpio0/3: relay1").Dispose();
    }

    [Fact]
    public void A_line_that_fails_is_counted_and_does_not_reach_the_guest()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1").Open();
        var port = vm.Output(3, false);
        _line.Failure = new PeripheralException("relay1: the line is gone");

        port.Drive(true);

        Assert.Equal(1, _bench.Board.Status()[0].Counts.Errors);
        Assert.Contains("relay1: the line is gone", _bench.Reports);
    }

    [Fact]
    public void A_line_that_cannot_be_driven_when_the_VM_is_to_run_stops_it()
    {
        using var vm = _bench.NewVm("a", "gpio0/3: relay1");
        vm.Output(3, true);
        _line.Failure = new PeripheralException("relay1: busy");

        Assert.Throws<PeripheralException>(() => vm.Open());
    }

    [Theory]
    [InlineData("exclusive")]
    [InlineData("owner")]
    [InlineData("priority")]
    [InlineData("wired-or")]
    [InlineData("lease")]
    public void Driving_allocates_nothing(string access)
    {
        using var bench = new Bench().With("fast", new SilentLine());
        using var vm = bench.NewVm("a", $"gpio0/3: {{ to: fast, access: {access} }}").Open();
        var port = vm.Output(3, false);
        Toggle(port, 1000);

        // A collection that another test causes meanwhile may be counted for this thread, but not every time.
        var leastBytes = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Toggle(port, 1000);
            leastBytes = Math.Min(leastBytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.True(leastBytes <= 0, $"{leastBytes} bytes");
    }

    [Fact]
    public async Task Whatever_the_guest_does_nothing_reaches_the_line_after_it_was_shut_out()
    {
        var line = new SilentLine();
        using var bench = new Bench().With("fast", line);
        for (var round = 0; round < 50; round++)
        {
            var vm = bench.NewVm("a", "gpio0/3: fast");
            vm.Epoch = (ulong)round + 1;
            vm.Open();
            var port = vm.Output(3, false);
            using var isDriving = new ManualResetEventSlim();
            var stop = false;
            var guest = Task.Run(() =>
            {
                for (var i = 0; !Volatile.Read(ref stop); i++)
                {
                    port.Drive((i & 1) == 0);
                    if (i == 100) isDriving.Set();
                }
            });
            isDriving.Wait();

            vm.Dispose(); // from another thread, without the VM's consent
            var count = line.Writes;
            for (var i = 0; i < 1000; i++) Assert.Equal(count, line.Writes);

            Volatile.Write(ref stop, true);
            await guest;
            Assert.Equal(count, line.Writes);
        }
    }

    private static void Toggle(IGpioPort port, int times)
    {
        for (var i = 0; i < times; i++) port.Drive((i & 1) == 0);
    }

    private sealed class SilentLine : IGpioLine
    {
        private bool _level;
        private long _writes;

        public long Writes => Volatile.Read(ref _writes);

        public bool Read() => _level;

        public void Configure(GpioMode mode, bool initialLevel) => _level = initialLevel;

        public void Write(bool level)
        {
            _level = level;
            _writes++;
        }

        public void Watch(Action<GpioEdge>? handler)
        {
        }

        public void Dispose()
        {
        }
    }
}
