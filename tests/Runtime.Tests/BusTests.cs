// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

public sealed class BusTests
{
    [Fact]
    public void Two_windows_that_overlap_are_refused_by_name_and_address()
    {
        var bench = new Bench(TinyProgram.Counter()).Add("greedy", null, _ => new PortDevice(), at: Bench.Alarm + 0x20);
        Assert.Equal(
            "device greedy: its window 0x10000020..0x1000011f overlaps device alarm at 0x10000000",
            Assert.Throws<MachineException>(() => bench.Build()).Message);
    }

    [Fact]
    public void A_window_over_memory_is_refused()
    {
        var bench = new Bench(TinyProgram.Counter()).Add("lost", null, _ => new PortDevice(), at: TinyProgram.Start + 0x100);
        Assert.Contains("overlaps memory ram at 0x80000000", Assert.Throws<MachineException>(() => bench.Build()).Message);
    }

    [Fact]
    public void Accesses_reach_the_device_whose_window_they_hit()
    {
        var seen = new List<string>();
        PortDevice Device(string name) => new()
        {
            OnRead = offset => offset + 1000,
            OnWrite = (offset, value) => seen.Add($"{name}+{offset}={value}"),
        };
        var program = new TinyProgram().Add(0, 5)
            .Store(0, 0x2000_0008).Store(0, 0x3000_0010).Store(0, 0x2000_0018).Load(1, 0x3000_00f8).Fault();
        using var bench = new Bench(program)
            .Add("high", null, _ => Device("high"), at: 0x3000_0000)
            .Add("low", null, _ => Device("low"), at: 0x2000_0000)
            .Start();

        bench.Scheduler.Turn();

        Assert.Equal(["low+8=5", "high+16=5", "low+24=5"], seen);
        Assert.Equal(1000ul + 0xf8, bench.Core.Registers[1]);
        Assert.Contains(new DeviceAccesses("low", 0, 2, 0), bench.Vm.DeviceAccesses);
        Assert.Contains(new DeviceAccesses("high", 1, 1, 0), bench.Vm.DeviceAccesses);
    }

    [Fact]
    public void A_misaligned_access_and_one_across_the_end_are_bus_errors_that_never_reach_the_device()
    {
        var reached = false;
        var device = new PortDevice { OnRead = _ => { reached = true; return 7; } };
        var program = new TinyProgram().Load(1, Bench.Second + 4).Load(2, Bench.Second + 0xfc).Fault();
        using var bench = new Bench(program).Add("strict", null, _ => device).Start();

        bench.Scheduler.Turn();

        Assert.False(reached);
        Assert.Contains(new DeviceAccesses("strict", 2, 0, 2), bench.Vm.DeviceAccesses);
        Assert.Single(bench.Log, line => line.Contains("strict", StringComparison.Ordinal));
    }

    [Fact]
    public void Accesses_to_nothing_are_counted_and_logged_once_a_page()
    {
        var program = new TinyProgram();
        for (uint i = 0; i < 100; i++) program.Load(1, 0x4000_0000 + (8 * i));
        using var bench = new Bench(program.Load(1, 0x5000_0000).Fault()).Start();

        bench.Scheduler.Turn();

        Assert.Equal(101, bench.Vm.Statistics.BusErrors);
        Assert.Equal(2, bench.Log.Count);
        Assert.Contains("0x40000000", bench.Log[0]);
    }

    [Fact]
    public void Unassigned_offsets_read_zero_are_counted_and_logged_once()
    {
        var program = new TinyProgram().Load(1, Bench.Second).Load(2, Bench.Second + 8).Store(2, Bench.Second + 16).Fault();
        using var bench = new Bench(program).Add("empty", null, context => new PortDevice
        {
            OnRead = offset => context.Unassigned.Read(offset),
            OnWrite = (offset, value) => context.Unassigned.Write(offset, value),
        }).Start();

        bench.Scheduler.Turn();

        Assert.Contains(new DeviceAccesses("empty", 2, 1, 3), bench.Vm.DeviceAccesses);
        Assert.Single(bench.Log, line => line.StartsWith("Warning empty: read of unassigned offset 0x0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_throws_stops_its_vm_after_that_instruction_and_is_named()
    {
        var program = new TinyProgram().Add(0, 1).Load(1, Bench.Second).Add(0, 1).Add(0, 1);
        using var bench = new Bench(program).Add("broken", null, _ => new PortDevice { OnRead = _ => throw new FormatException("no such register") }).Start();

        bench.Scheduler.Turn();

        Assert.Equal(VmState.Faulted, bench.Vm.State);
        Assert.Equal("faulted: a plugin failed: broken (device.broken 0.1.0): FormatException: no such register", bench.Vm.Status.ToString());
        Assert.Equal(1ul, bench.Core.Registers[0]);
    }

    [Fact]
    public void A_timer_that_throws_stops_its_vm_and_names_its_device()
    {
        using var bench = new Bench(TinyProgram.Counter()).Add("broken", null, context =>
        {
            var timer = context.Clock.CreateTimer(() => throw new FormatException("late"));
            return new PortDevice { OnReset = () => timer.Set(1000) };
        }).Start();

        bench.Scheduler.RunUntil(bench.Time.NowNs + 100_000);

        Assert.Equal("broken", bench.Vm.Status.Component!.Name);
        Assert.Equal("FormatException: late", bench.Vm.Status.Detail);
    }

    [Fact]
    public void Posted_work_that_throws_stops_its_vm()
    {
        using var bench = new Bench(TinyProgram.Counter()).Start();
        bench.Vm.Turn.Post(() => throw new FormatException("input"));
        bench.Scheduler.Turn();
        Assert.Equal(VmCause.PluginFault, bench.Vm.Status.Cause);
    }

    [Fact]
    public void Two_outputs_on_one_input_are_a_wired_or()
    {
        IInterruptLine one = null!, two = null!;
        using var bench = new Bench(TinyProgram.Counter())
            .Add("one", "cpu0/irq", context => { one = context.Output("irq"); return new PortDevice(); }, at: 0x2000_0000)
            .Add("two", "cpu0/irq", context => { two = context.Output("irq"); return new PortDevice(); }, at: 0x3000_0000)
            .Build();

        bench.Vm.OnTurn(() =>
        {
            one.Drive(true);
            two.Drive(true);
            two.Drive(true);
            one.Drive(false);
        });
        Assert.True(bench.Core.HasWakeUp);
        bench.Vm.OnTurn(() => two.Drive(false));
        Assert.False(bench.Core.HasWakeUp);
    }

    [Theory]
    [InlineData("cpu0/nmi", "'cpu0' has no input 'nmi'")]
    [InlineData("plic/3", "there is no 'plic' in this machine")]
    [InlineData("alarm/3", "'alarm' is not an interrupt controller")]
    [InlineData("cpu0", "'cpu0' is not an input such as plic/10 or cpu0/mtip")]
    public void A_wire_to_nowhere_is_refused_with_the_reason(string to, string reason)
    {
        var error = Assert.Throws<MachineException>(() => new Bench(TinyProgram.Counter()).Add("x", to, context =>
        {
            _ = context.Output("irq");
            return new PortDevice();
        }).Build());
        Assert.StartsWith("wire x/irq: ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void A_wire_from_an_output_that_is_not_there_names_those_that_are()
    {
        var bench = new Bench(TinyProgram.Counter()).Add("x", "cpu0/irq", context =>
        {
            _ = context.Output("left");
            return new PortDevice();
        });
        Assert.Equal("wire x/irq: the device has no such output; it has left", Assert.Throws<MachineException>(() => bench.Build()).Message);
    }

    [Fact]
    public void Ranges_of_wires_are_written_out()
    {
        Assert.Equal(
            [new WireSpec("irq3", "plic", "35"), new WireSpec("irq4", "plic", "36")],
            WireSpec.Parse("gpio0", "irq3..4", "plic/35..36"));
        Assert.Throws<MachineException>(() => WireSpec.Parse("gpio0", "irq3..4", "plic/35"));
        Assert.Throws<MachineException>(() => WireSpec.Parse("gpio0", "irq4..3", "plic/4..3"));
        Assert.Throws<MachineException>(() => WireSpec.Parse("gpio0", "irq0..999999999", "plic/0..999999999"));
    }

    [Fact]
    public void A_missing_plugin_is_named()
    {
        var error = Assert.Throws<MachineException>(() => new Bench(TinyProgram.Counter()).With(builder => builder.Device("x", "device.none")).Build());
        Assert.Equal("device x: no device plugin 'device.none' is loaded", error.Message);
    }

    [Fact]
    public void A_machine_that_cannot_be_built_leaves_nothing_behind()
    {
        var disposed = new List<string>();
        var ports = new FakePorts();
        var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Ports(ports)).Add("bad", null, _ => throw new FormatException("no"));

        Assert.Contains("bad (device.bad 0.1.0): cannot be made: FormatException: no", Assert.Throws<MachineException>(() => bench.Build()).Message);

        Assert.True(bench.Core.IsDisposed);
        Assert.Equal(["dispose"], ports.Calls);
    }
}
