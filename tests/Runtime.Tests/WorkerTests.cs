// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>Real threads and real time; every wait is for an event, none for a duration.</summary>
public sealed class WorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_busy_guest_is_paused_resumed_and_deleted_while_it_runs(bool dedicated)
    {
        using var scheduler = new VmScheduler(workers: 1);
        using var vm = Build(scheduler, TinyProgram.Counter(), dedicated);
        for (var i = 0; i < 20; i++)
        {
            if (i == 0) vm.Start();
            else vm.Resume();
            await vm.PauseAsync().WaitAsync(Patience);
            var retired = vm.Statistics.Instructions;
            Assert.Equal(retired, vm.OnTurn(() => vm.Statistics.Instructions));
        }
        vm.Resume();
    }

    [Fact]
    public async Task More_busy_guests_than_workers_all_make_progress()
    {
        using var scheduler = new VmScheduler(workers: 2);
        var vms = Enumerable.Range(0, 8).Select(_ => Build(scheduler, TinyProgram.Counter())).ToList();
        try
        {
            foreach (var vm in vms) vm.Start();
            foreach (var vm in vms) await ReachAsync(vm, () => vm.Statistics.Instructions > 100_000);
        }
        finally
        {
            foreach (var vm in vms) vm.Dispose();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_waiting_guest_is_woken_by_its_timer(bool dedicated)
    {
        using var scheduler = new VmScheduler(workers: 1);
        using var vm = Build(scheduler, new TinyProgram().Poke(Bench.Alarm, 20_000_000).Wait().Fault(), dedicated);
        vm.Start();
        var status = await vm.WaitForAsync(status => status.State == VmState.Faulted).WaitAsync(Patience);
        Assert.Equal(VmCause.GuestFault, status.Cause);
        Assert.True(vm.GuestTimeNs >= 20_000_000);
    }

    [Fact]
    public async Task A_waiting_guest_is_woken_by_posted_input()
    {
        using var scheduler = new VmScheduler(workers: 1);
        using var vm = Build(scheduler, new TinyProgram().Wait());
        vm.Start();
        for (var i = 0; i < 100; i++)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            vm.Turn.Post(done.SetResult);
            await done.Task.WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task A_fault_of_one_vm_leaves_the_others_running()
    {
        using var scheduler = new VmScheduler(workers: 1);
        using var broken = Build(scheduler, new TinyProgram().Throw());
        using var sound = Build(scheduler, TinyProgram.Counter());
        sound.Start();
        broken.Start();
        await broken.WaitForAsync(status => status.State == VmState.Faulted).WaitAsync(Patience);
        var before = sound.Statistics.Instructions;
        await ReachAsync(sound, () => sound.Statistics.Instructions > before + 100_000);
    }

    [Fact]
    public void Visitors_from_many_threads_each_see_the_vm_stand_still()
    {
        using var scheduler = new VmScheduler(workers: 2);
        using var vm = Build(scheduler, TinyProgram.Counter());
        vm.Start();
        Parallel.For(0, 200, _ => vm.OnTurn(() =>
        {
            Assert.True(vm.Turn.IsCurrent);
            var before = vm.Statistics.Instructions;
            Thread.Yield();
            Assert.Equal(before, vm.Statistics.Instructions);
        }));
    }

    [Fact]
    public async Task Who_asks_for_the_time_of_a_vm_that_does_not_give_up_its_turn_hears_the_last_one()
    {
        using var scheduler = new VmScheduler(workers: 1);
        using var vm = Build(scheduler, TinyProgram.Counter());
        var seen = vm.GuestTimeNs;
        using var busy = new ManualResetEventSlim();
        using var over = new ManualResetEventSlim();
        var holder = Task.Factory.StartNew(
            () => vm.OnTurn(() =>
            {
                busy.Set();
                over.Wait();
            }),
            TaskCreationOptions.LongRunning);
        busy.Wait();
        try
        {
            Assert.Equal(seen, await Task.Run(() => vm.GuestTimeNs).WaitAsync(Patience));
        }
        finally
        {
            over.Set();
            await holder;
        }
    }

    [Fact]
    public async Task While_a_guest_waits_for_a_bus_that_is_stuck_its_thread_is_lent_and_everybody_goes_on()
    {
        using var scheduler = new VmScheduler(workers: 1);
        while (!await GoesOnWhileLentAsync(scheduler))
        {
        }
    }

    [Fact]
    public async Task What_a_lent_thread_posts_for_its_guest_it_runs_itself()
    {
        using var scheduler = new VmScheduler(workers: 1);
        using var patience = new CancellationTokenSource(Patience);
        // The spare thread is not called for it; but it may just begin, and looks by itself then.
        while (true)
        {
            var (worked, answered) = (0, new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
            using var vm = BuildAtRest(scheduler, new TinyProgram().Poke(Port, 1).Wait(), turn =>
            {
                worked = Environment.CurrentManagedThreadId;
                turn.Post(() => answered.SetResult(Environment.CurrentManagedThreadId));
            },
            () => answered.SetResult(-1)); // its turn was over just then
            vm.Start();
            if (await answered.Task.WaitAsync(patience.Token) == worked) return;
        }
    }

    [Fact]
    public async Task A_guest_that_does_not_wait_keeps_its_thread()
    {
        using var scheduler = new VmScheduler(workers: 1);
        var goesOn = NewSignal();
        var program = new TinyProgram().Poke(Port, 1);
        using var vm = BuildAtRest(scheduler, program.Jump(program.Here), _ => Assert.Fail("it did not wait"), goesOn.SetResult);
        vm.Start();
        await goesOn.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_guest_that_did_not_wait_is_not_waited_for_the_next_times()
    {
        using var scheduler = new VmScheduler(workers: 1);
        var port = new PortDevice();
        var answers = new List<bool>();
        var enough = NewSignal();
        var wentOn = 0;
        var program = new TinyProgram();
        var again = program.Here;
        using var vm = Build(scheduler, program.Poke(Port, 1).Jump(again), port: port);
        port.OnWrite = (_, _) =>
        {
            var isLent = vm.Turn.TryAtRest(() => { }, () => wentOn++);
            if (wentOn == 1 && !enough.Task.IsCompleted) answers.Add(isLent);
            if (wentOn == 1 && isLent) enough.TrySetResult();
        };
        vm.Start();
        await enough.Task.WaitAsync(Patience);
        Assert.Equal([.. Enumerable.Repeat(false, 16), true], answers);
    }

    [Fact]
    public void Nobody_but_a_worker_lends_a_thread()
    {
        using var scheduler = new VmScheduler(workers: 1);
        using var vm = Build(scheduler, TinyProgram.Counter());
        Assert.False(vm.OnTurn(() => vm.Turn.TryAtRest(() => { }, () => { })));
    }

    private const uint Port = Bench.Second;

    // False where the guest's turn was over just then, as may be on a slow machine: its device did not wait for its rest.
    private static async Task<bool> GoesOnWhileLentAsync(VmScheduler scheduler)
    {
        using var free = new ManualResetEventSlim();
        var (begun, wentOn) = (NewSignal(), NewSignal());
        using var victim = BuildAtRest(
            scheduler,
            new TinyProgram().Poke(Port, 1).Wait(),
            _ =>
            {
                begun.SetResult();
                free.Wait();
            },
            wentOn.SetResult);
        using var other = Build(scheduler, TinyProgram.Counter());
        victim.Start();
        if (await Task.WhenAny(begun.Task, wentOn.Task).WaitAsync(Patience) == wentOn.Task) return false;
        try
        {
            other.Start();
            await ReachAsync(other, () => other.Statistics.Instructions > 100_000);
            await victim.PauseAsync().WaitAsync(Patience); // and the VM itself is there for its owner
        }
        finally
        {
            free.Set();
        }
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Its device asks, at each store, for something to be done when the guest is at rest.
    private static VirtualMachine BuildAtRest(VmScheduler scheduler, TinyProgram program, Action<IVmTurn> work, Action? otherwise = null)
    {
        var port = new PortDevice();
        var vm = Build(scheduler, program, port: port);
        port.OnWrite = (_, _) => Assert.True(vm.Turn.TryAtRest(() => work(vm.Turn), otherwise ?? (() => { })));
        return vm;
    }

    private static async Task ReachAsync(VirtualMachine vm, Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!vm.OnTurn(reached))
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static VirtualMachine Build(VmScheduler scheduler, TinyProgram program, bool dedicated = false, PortDevice? port = null) =>
        new VirtualMachineBuilder("worker", scheduler, new PluginSet()
                .Add("core.tiny", new FakeCorePlugin(context => new TinyCore(context)))
                .Add("device.alarm", new FakeDevicePlugin(context => new AlarmDevice(context)))
                .Add("device.port", new FakeDevicePlugin(_ => port ?? new PortDevice())))
            .Memory(at: TinyProgram.Start, bytes: 1 << 20)
            .Core("core.tiny")
            .Device("alarm", "device.alarm", at: Bench.Alarm, irq: "cpu0/irq")
            .Device("port", "device.port", at: Port, irq: null)
            .Firmware(program.ToFirmware())
            .Scheduling(new SchedulingSettings { DedicatedThread = dedicated })
            .Build();
}
