// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

public sealed class PortTests
{
    private readonly FakePorts _ports = new();

    [Fact]
    public async Task Outputs_are_opened_under_the_epoch_and_closed_with_the_reason()
    {
        var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Ports(_ports)).Build();
        bench.Vm.Epoch = 7;

        bench.Vm.Start();
        await bench.Vm.PauseAsync();
        await bench.Vm.PauseAsync(OutputRelease.Handover);
        bench.Vm.Epoch = 8;
        bench.Vm.Resume();
        bench.Vm.Stop(OutputRelease.ServiceRestart);
        bench.Vm.Dispose();

        Assert.Equal(["open 7", "close Pause", "close Handover", "open 8", "close ServiceRestart", "close ServiceRestart", "dispose"], _ports.Calls);
    }

    [Fact]
    public void The_epoch_of_a_running_vm_stays()
    {
        using var bench = new Bench(TinyProgram.Counter()).Start();
        Assert.Throws<VmStateException>(() => bench.Vm.Epoch = 2);
    }

    [Fact]
    public async Task A_pause_waits_for_the_transaction_under_way_and_its_completion_reaches_the_device()
    {
        using var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Ports(_ports)).Start();
        bench.Scheduler.Turn();
        _ports.Outstanding = 1;

        var paused = bench.Vm.PauseAsync();
        bench.Scheduler.Turn();
        Assert.False(paused.IsCompleted);
        Assert.Equal(VmState.Pausing, bench.Vm.State);
        var retired = bench.Core.InstructionsRetired;

        var delivered = false;
        _ports.Turn.Post(() =>
        {
            delivered = true;
            _ports.Outstanding = 0;
        });
        bench.Scheduler.Turn();
        await paused;

        Assert.True(delivered);
        Assert.Equal(VmState.Paused, bench.Vm.State);
        Assert.Equal(retired, bench.Core.InstructionsRetired);
    }

    [Fact]
    public async Task A_pause_that_is_given_up_lets_the_vm_run_on()
    {
        using var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Ports(_ports)).Start();
        bench.Scheduler.Turn();
        _ports.Outstanding = 1;
        using var cancel = new CancellationTokenSource();

        var paused = bench.Vm.PauseAsync(cancellation: cancel.Token);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => paused);

        var retired = bench.Core.InstructionsRetired;
        bench.Scheduler.Turn();
        Assert.Equal(VmState.Running, bench.Vm.State);
        Assert.True(bench.Core.InstructionsRetired > retired);
        Assert.DoesNotContain("close Pause", _ports.Calls);
    }

    [Fact]
    public async Task A_device_in_a_transaction_gets_a_moment_to_finish_it_before_the_pause()
    {
        var device = new PortDevice { InTransaction = true };
        device.OnWrite = (_, _) => device.InTransaction = false;
        var program = new TinyProgram();
        for (var i = 0; i < 100; i++) program.Nop();
        program.Store(0, Bench.Second);
        var end = program.Here;
        program.Add(0, 1).Jump(end);
        using var bench = new Bench(program).Add("chip", null, _ => device).Start();

        var paused = bench.Vm.PauseAsync();
        Assert.False(paused.IsCompleted);
        for (var i = 0; i < 2; i++) bench.Scheduler.Turn();
        await paused;

        Assert.False(device.InTransaction);
        Assert.True(bench.Core.InstructionsRetired >= 101);
    }

    [Fact]
    public async Task A_device_that_never_finishes_cannot_keep_the_vm_from_pausing()
    {
        using var bench = new Bench(new TinyProgram().Wait()).Add("chip", null, _ => new PortDevice { InTransaction = true }).Start();

        var paused = bench.Vm.PauseAsync();
        bench.Scheduler.Turn();
        Assert.False(paused.IsCompleted);
        bench.Time.Advance(20_000_000);
        bench.Scheduler.Turn();
        await paused;

        Assert.Equal(VmState.Paused, bench.Vm.State);
    }

    [Fact]
    public void A_board_that_cannot_be_opened_faults_the_vm_with_its_reason()
    {
        _ports.ThrowOnOpen = true;
        using var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Ports(_ports)).Build();

        bench.Vm.Start();

        Assert.Equal(VmState.Faulted, bench.Vm.State);
        Assert.Contains("the board is gone", bench.Vm.Status.Detail);
    }

    [Fact]
    public void Work_posted_to_a_paused_vm_waits_until_it_goes_on_and_keeps_its_order()
    {
        using var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Ports(_ports)).Build();
        var done = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            var n = i;
            _ports.Turn.Post(() => done.Add(n));
        }
        bench.Scheduler.Turn();
        Assert.Empty(done);

        bench.Vm.Start();
        bench.Scheduler.Turn();
        Assert.Equal([0, 1, 2], done);
    }

    [Fact]
    public void Posted_work_runs_on_the_turn()
    {
        using var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Ports(_ports)).Start();
        var wasCurrent = false;
        Assert.False(bench.Vm.Turn.IsCurrent);
        bench.Vm.Turn.Post(() => wasCurrent = bench.Vm.Turn.IsCurrent);
        bench.Scheduler.Turn();
        Assert.True(wasCurrent);
    }

    [Fact]
    public async Task Console_input_reaches_the_device_and_its_output_the_reader()
    {
        var consoles = new ConsolePorts();
        using var bench = new Bench(TinyProgram.Counter())
            .With(builder => builder.Ports(consoles))
            .Add("uart", null, context => Echo(context.Uart()))
            .Start();
        var console = consoles.Console("uart");

        Assert.Equal(5, console.TryWrite("hello"u8));
        bench.Scheduler.Turn();

        var position = 0L;
        await console.WaitForOutputAsync(position);
        var output = new byte[10];
        Assert.Equal(5, console.Read(ref position, output));
        Assert.Equal("hello", System.Text.Encoding.ASCII.GetString(output, 0, 5));
        Assert.Equal(0, console.Read(ref position, output));
    }

    [Fact]
    public void Console_output_keeps_the_last_bytes_and_input_is_bounded()
    {
        var console = new VmConsole("uart0");
        for (var i = 0; i < VmConsole.OutputBytes + 300; i++) console.Append((byte)i);
        var position = 0L;
        var oldest = new byte[1];
        Assert.Equal(1, console.Read(ref position, oldest));
        Assert.Equal(301, position);
        Assert.Equal(300 & 0xff, oldest[0]);
        Assert.Equal(VmConsole.InputBytes, console.TryWrite(new byte[VmConsole.InputBytes + 1]));
        Assert.Equal(0, console.TryWrite([1]));
    }

    [Fact]
    public async Task Console_output_that_a_reader_must_not_lose_makes_the_guest_wait_for_it()
    {
        const int length = 3 * VmConsole.OutputBytes;
        var console = new VmConsole("uart0");
        console.Keep(0);
        var guest = Task.Factory.StartNew(() => { for (var i = 0; i < length; i++) console.Append((byte)(i / 251)); }, TaskCreationOptions.LongRunning);
        var (position, output) = (0L, new byte[1000]);
        while (position < length)
        {
            await console.WaitForOutputAsync(position);
            var from = position;
            var count = console.Read(ref position, output);
            Assert.Equal(from + count, position);
            for (var i = 0; i < count; i++) Assert.Equal((byte)((from + i) / 251), output[i]);
            console.Keep(position);
        }
        await guest;
    }

    [Fact]
    public async Task A_thread_that_waits_for_output_goes_on_when_there_is_some_or_when_it_is_cancelled()
    {
        var console = new VmConsole("uart0");
        using var cancellation = new CancellationTokenSource();
        var reader = Task.Factory.StartNew(
            () =>
            {
                console.WaitForOutput(0, cancellation.Token);
                Assert.Equal(1, console.OutputPosition);
                console.WaitForOutput(1, cancellation.Token);
                Assert.True(cancellation.IsCancellationRequested);
            },
            TaskCreationOptions.LongRunning);
        console.Append(1);
        await cancellation.CancelAsync();
        await reader.WaitAsync(TimeSpan.FromMinutes(1));
        console.WaitForOutput(1, cancellation.Token);
    }

    [Fact]
    public async Task A_guest_that_waits_for_a_reader_goes_on_when_it_is_let_go()
    {
        var console = new VmConsole("uart0");
        console.Keep(0);
        var guest = Task.Factory.StartNew(() => { for (var i = 0; i <= VmConsole.OutputBytes; i++) console.Append(1); }, TaskCreationOptions.LongRunning);
        while (console.OutputPosition < VmConsole.OutputBytes) await Task.Yield();
        Assert.False(guest.IsCompleted);
        console.Keep(null);
        await guest;
        Assert.Equal(VmConsole.OutputBytes + 1, console.OutputPosition);
    }

    private static PortDevice Echo(IUartPort port)
    {
        port.OnReadable(() =>
        {
            while (port.TryReceive(out var value)) port.Send(value);
        });
        return new PortDevice();
    }

    [Fact]
    public void Input_that_waits_at_a_console_goes_with_the_state_and_takes_the_place_of_what_waits_there()
    {
        using var here = new ConsolePorts();
        using var there = new ConsolePorts();
        here.Console("uart0").TryWrite("ls\n"u8);
        here.Console("uart1");
        there.Console("uart0").TryWrite("x"u8);
        there.Console("uart1").TryWrite("y"u8);

        there.RestoreSeen(here.SaveSeen());

        Assert.Equal(("ls\n", ""), (Waiting(there, "uart0"), Waiting(there, "uart1")));
    }

    [Fact]
    public void Of_waiting_input_from_elsewhere_only_what_a_console_can_hold_is_taken()
    {
        using var ports = new ConsolePorts();
        ports.Console("uart0");
        ports.RestoreSeen($"gpio0/3=1 uart9:00 uart0: uart0:zz uart0:414 uart0:4:1 uart0:{new string('4', (2 * VmConsole.InputBytes) + 2)}");
        Assert.Equal("", Waiting(ports, "uart0"));
        Assert.Equal("", ports.SaveSeen());
    }

    private static string Waiting(ConsolePorts ports, string device)
    {
        var text = "";
        while (ports.Console(device).TryTake(out var value)) text += (char)value;
        return text;
    }
}
