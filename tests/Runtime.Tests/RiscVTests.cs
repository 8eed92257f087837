// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class RiscVTests : IDisposable
{
    private static readonly ClockSettings Deterministic = new() { Mode = ClockMode.Deterministic, InstructionNs = 10, Paced = false };

    // The same for the guest, to which it is 80 s; so it is still under way when a test gets round to it.
    private static readonly ClockSettings Unhurried = Deterministic with { Paced = true };
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly VmScheduler _scheduler = new(workers: 2);
    private readonly string _folder = Directory.CreateTempSubdirectory("riscv-").FullName;

    public void Dispose()
    {
        _scheduler.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("virt-rv32")]
    [InlineData("virt-rv64")]
    public async Task Hello_greets_and_powers_off_with_its_exit_code(string machine)
    {
        using var hello = new RiscVMachine(_scheduler, "hello", machine: machine);
        hello.Vm.Start();
        var status = await hello.Vm.WaitForAsync(status => status.State == VmState.Stopped).WaitAsync(Patience);
        Assert.Equal(0, status.ExitCode);
        Assert.Contains("hello", hello.ReadAll(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_same_run_twice_is_the_same_to_the_last_instruction()
    {
        var first = await ChainAsync();
        var second = await ChainAsync();
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_run_broken_by_snapshots_equals_an_unbroken_one()
    {
        var unbroken = await ChainAsync();
        var text = "";
        var instructions = 0L;
        string? file = null;
        for (var life = 0; ; life++)
        {
            using var chain = Chain(life < 2 ? Unhurried : Deterministic);
            if (file is null)
            {
                chain.Vm.Start();
            }
            else
            {
                using var snapshot = Snapshot.Open(file);
                chain.Vm.Restore(snapshot);
                chain.Vm.Resume();
            }
            // Each life is paused wherever it happens to be after it has said its next line.
            await chain.ReadUntilOrEndAsync("\n");
            try
            {
                await chain.Vm.PauseAsync();
            }
            catch (VmStateException)
            {
                // Had come to its end, which is what the last life is for.
            }
            text += chain.ReadAll();
            instructions += chain.Vm.Statistics.Instructions;
            if (chain.Vm.State == VmState.Stopped)
            {
                Assert.Equal(unbroken, (text, instructions, chain.Vm.GuestTimeNs));
                Assert.True(life > 1, "the run was never broken");
                break;
            }
            file = Path.Combine(_folder, $"{life}");
            chain.Vm.SaveSnapshot(file);
        }
    }

    [Fact]
    public async Task Pages_copied_while_the_guest_runs_and_the_dirty_rest_make_an_identical_twin()
    {
        var unbroken = await ChainAsync();
        using var source = Chain(Unhurried);
        using var twin = Chain();
        twin.Vm.ClearMemory();
        source.Vm.Start();
        await source.ReadUntilAsync("step 400 "); // by then every page of its area has been written

        var sent = Copy(source.Vm, twin.Vm, source.Vm.BeginDirtyTracking());
        for (var round = 0; round < 3; round++) sent += Copy(source.Vm, twin.Vm, source.Vm.CollectDirtyPages());
        await source.Vm.PauseAsync();
        var last = Copy(source.Vm, twin.Vm, source.Vm.CollectDirtyPages());
        twin.Vm.RestoreMachineState(source.Vm.SaveMachineState());
        var text = source.ReadAll();
        var instructions = source.Vm.Statistics.Instructions;
        source.Vm.Dispose();

        twin.Vm.Resume();
        await twin.Vm.WaitForAsync(status => status.State == VmState.Stopped).WaitAsync(Patience);

        Assert.Equal(unbroken, (text + twin.ReadAll(), instructions + twin.Vm.Statistics.Instructions, twin.Vm.GuestTimeNs));
        Assert.True(sent > 64 && last <= sent);
    }

    [Fact]
    public async Task An_idle_guest_sleeps_until_somebody_wants_something()
    {
        using var idle = new RiscVMachine(_scheduler, "idle");
        idle.Vm.Start();
        await idle.ReadUntilAsync("idle on rv64");
        // The guest has said its last word and is about to wait; a turn later it does.
        var before = idle.Vm.OnTurn(() => idle.Vm.Statistics);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        idle.Vm.Turn.Post(done.SetResult);
        await done.Task.WaitAsync(Patience);
        Assert.Equal(VmState.Running, idle.Vm.State);
        Assert.True(idle.Vm.Statistics.Instructions - before.Instructions < 10_000);
    }

    [Fact]
    public async Task A_guest_that_resets_itself_starts_again()
    {
        using var echo = new RiscVMachine(_scheduler, "echo");
        echo.Vm.Start();
        var banner = (await echo.ReadUntilAsync("\n")).Split('\r')[0];
        await echo.Console.WriteAsync("reset\r"u8.ToArray());
        await echo.ReadUntilAsync(output => output.Split(banner).Length == 3);
        Assert.Equal(VmState.Running, echo.Vm.State);
    }

    private static int Copy(VirtualMachine from, VirtualMachine to, IReadOnlyList<PageBitmap> regions)
    {
        var page = new byte[RamRegion.PageBytes];
        var count = 0;
        for (var region = 0; region < regions.Count; region++)
        {
            foreach (var number in regions[region].Pages())
            {
                Assert.True(from.Memory.TryCopyPage(region, number, page));
                to.LoadPage(region, number, page);
                count++;
            }
        }
        return count;
    }

    private RiscVMachine Chain(ClockSettings? clock = null) => new(_scheduler, "checksum-chain", clock ?? Deterministic,
        prepare: RiscVMachine.Parameters((0, 256), (1, 1000), (2, 200), (3, 400)));

    private async Task<(string Text, long Instructions, long GuestNs)> ChainAsync()
    {
        using var chain = Chain();
        chain.Vm.Start();
        await chain.Vm.WaitForAsync(status => status.State == VmState.Stopped).WaitAsync(Patience);
        var text = chain.ReadAll();
        Assert.Contains("step 80000 sum", text);
        return (text, chain.Vm.Statistics.Instructions, chain.Vm.GuestTimeNs);
    }
}
