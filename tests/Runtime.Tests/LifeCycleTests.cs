// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

public sealed class LifeCycleTests
{
    [Fact]
    public void A_new_vm_stands_still_until_it_is_started()
    {
        using var bench = new Bench(TinyProgram.Counter()).Build();

        bench.Scheduler.Turn();
        Assert.Equal(0, bench.Core.InstructionsRetired);

        bench.Vm.Start();
        bench.Scheduler.Turn();
        Assert.NotEqual(0, bench.Core.InstructionsRetired);
        Assert.Equal(VmState.Running, bench.Vm.State);
    }

    [Fact]
    public async Task A_paused_vm_neither_runs_nor_ages()
    {
        using var bench = new Bench(TinyProgram.Counter()).Start();
        bench.Scheduler.Turn();
        await bench.Vm.PauseAsync();
        var (retired, guestNs) = (bench.Core.InstructionsRetired, bench.Vm.GuestTimeNs);

        bench.Time.Advance(5_000_000_000);
        Assert.Equal(TurnResult.UntilWoken, bench.Scheduler.Turn());

        Assert.Equal(retired, bench.Core.InstructionsRetired);
        Assert.Equal(guestNs, bench.Vm.GuestTimeNs);
        bench.Vm.Resume();
        bench.Scheduler.Turn();
        Assert.True(bench.Core.InstructionsRetired > retired);
    }

    [Fact]
    public async Task Commands_out_of_turn_are_refused_with_what_would_work()
    {
        using var bench = new Bench(TinyProgram.Counter()).Build();

        Assert.Contains("start it", Assert.Throws<VmStateException>(bench.Vm.Resume).Message);
        await Assert.ThrowsAsync<VmStateException>(() => bench.Vm.PauseAsync());
        bench.Vm.Start();
        Assert.Contains("cannot start: it is running", Assert.Throws<VmStateException>(bench.Vm.Start).Message);
        bench.Vm.Stop();
        Assert.Contains("start it", Assert.Throws<VmStateException>(bench.Vm.Reset).Message);
    }

    [Fact]
    public void A_stopped_vm_starts_again_with_clean_memory()
    {
        var program = new TinyProgram().Add(0, 42).Store(0, TinyProgram.Start + 0x2000).Wait();
        using var bench = new Bench(program).Start();
        bench.Scheduler.Turn();
        Assert.Equal(42u, bench.ReadWord(TinyProgram.Start + 0x2000));

        bench.Vm.Stop();
        bench.Vm.Start();

        Assert.Equal(0u, bench.ReadWord(TinyProgram.Start + 0x2000));
        bench.Scheduler.Turn();
        Assert.Equal(42u, bench.ReadWord(TinyProgram.Start + 0x2000));
    }

    [Fact]
    public void A_reset_loads_the_firmware_again_and_leaves_other_memory()
    {
        var program = new TinyProgram().Add(0, 1).Store(0, TinyProgram.Start + 0x2000).Store(0, TinyProgram.Start).Wait();
        using var bench = new Bench(program).Start();
        bench.Scheduler.Turn();
        var broken = bench.ReadWord(TinyProgram.Start);

        bench.Vm.Reset();

        Assert.Equal(1u, broken);
        Assert.NotEqual(1u, bench.ReadWord(TinyProgram.Start));
        Assert.Equal(1u, bench.ReadWord(TinyProgram.Start + 0x2000));
        Assert.Equal(0ul, bench.Core.Registers[0]);
        Assert.Equal(VmState.Running, bench.Vm.State);
    }

    [Fact]
    public void Deleting_frees_the_core_and_refuses_everything_after()
    {
        var bench = new Bench(TinyProgram.Counter()).Start();
        bench.Vm.Dispose();

        Assert.True(bench.Core.IsDisposed);
        Assert.Throws<VmStateException>(bench.Vm.Start);
        Assert.Equal(TurnResult.UntilWoken, bench.Scheduler.Turn());
        bench.Vm.Dispose();
    }

    [Fact]
    public async Task Status_changes_are_told_in_order()
    {
        using var bench = new Bench(TinyProgram.Counter()).Build();
        var states = new List<VmState>();
        bench.Vm.StatusChanged += (_, status) => states.Add(status.State);

        bench.Vm.Start();
        await bench.Vm.PauseAsync();
        bench.Vm.Resume();
        bench.Vm.Stop();

        Assert.Equal([VmState.Running, VmState.Pausing, VmState.Paused, VmState.Running, VmState.Stopped], states);
    }

    [Fact]
    public void A_guest_fault_stops_the_vm_and_says_where()
    {
        using var bench = new Bench(new TinyProgram().Nop().Fault()).Start();

        bench.Scheduler.Turn();

        Assert.Equal(VmState.Faulted, bench.Vm.State);
        Assert.Equal(VmCause.GuestFault, bench.Vm.Status.Cause);
        Assert.Contains("cpu0 (core.tiny 0.1.0): told to at 0x80000008", bench.Vm.Status.ToString());
        Assert.Contains("reset it", Assert.Throws<VmStateException>(bench.Vm.Resume).Message);
    }

    [Fact]
    public void An_exception_out_of_a_core_stops_its_vm_and_names_the_plugin()
    {
        using var bench = new Bench(new TinyProgram().Throw()).Start();

        bench.Scheduler.Turn();

        Assert.Equal(VmCause.PluginFault, bench.Vm.Status.Cause);
        Assert.Contains("cpu0 (core.tiny 0.1.0): InvalidOperationException: the core is broken", bench.Vm.Status.ToString());
    }

    [Fact]
    public void An_exception_outside_of_a_slice_stops_the_vm_too_and_names_the_plugin()
    {
        using var bench = new Bench(new TinyProgram().Wait()).With(builder => builder.Core("core.trimmable")).Start();
        ((TrimmableCore)bench.Core).IsBroken = true;

        bench.Scheduler.RunUntil(bench.Time.NowNs + 1_500_000_000);

        Assert.Equal((VmState.Faulted, VmCause.PluginFault), (bench.Vm.State, bench.Vm.Status.Cause));
        Assert.Contains("cpu0 (core.trimmable 0.1.0): InvalidOperationException: the core cannot trim", bench.Vm.Status.ToString());
    }

    [Fact]
    public void A_reset_ends_a_fault()
    {
        using var bench = new Bench(new TinyProgram().Fault()).Start();
        bench.Scheduler.Turn();

        bench.Vm.Reset();

        Assert.Equal(VmState.Paused, bench.Vm.State);
        bench.Vm.Resume();
        Assert.Equal(VmState.Running, bench.Vm.State);
    }
}
