// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class ProfileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly VmScheduler _scheduler = new(workers: 2);

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public async Task A_profiled_run_is_the_same_to_the_last_instruction_and_names_where_its_time_went()
    {
        var (alone, _) = await ChainAsync(isProfiled: false);
        ProfileReport? report;
        do
        {
            (var profiled, report) = await ChainAsync(isProfiled: true);
            Assert.Equal(alone, profiled);
        }
        while (report!.Samples < 50); // who looks has been held up while the guest ran
        Assert.Equal("(between clint_set_deadline and main)", report!.Places[0].Place.Name); // what computes, a local function that the linker forgot
        Assert.Equal(report.Samples, report.Places.Sum(place => place.Samples));
        Assert.True(report.Places[0].Samples * 2 > report.Samples, $"{report.Places[0].Samples} of {report.Samples}");
    }

    [Fact]
    public async Task A_guest_that_sleeps_is_seen_asleep_and_a_paused_one_not_at_all()
    {
        using var idle = new RiscVMachine(_scheduler, "idle");
        idle.Vm.Start();
        await idle.ReadUntilAsync("idle on rv64");
        using var profile = VmProfile.TryBeginUntimed(idle.Vm)!;
        Assert.Null(VmProfile.TryBeginUntimed(idle.Vm));
        while (profile.Report().IdleSamples < 3) profile.Look();
        await idle.Vm.PauseAsync();
        profile.Look();
        var before = profile.Report();
        profile.Look();
        Assert.Equal((before.Samples, before.IdleSamples), (profile.Report().Samples, profile.Report().IdleSamples));
    }

    [Fact]
    public void A_core_that_does_not_say_where_it_is_is_refused_with_its_name()
    {
        using var bench = new Bench(TinyProgram.Counter()).Build();
        Assert.Contains("core.tiny", Assert.Throws<NotSupportedException>(() => VmProfile.TryBegin(bench.Vm)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_ends_anywhere_in_a_loop_as_often_as_anywhere_else()
    {
        const int loop = 50, walks = 20_000;
        var walk = new SampleWalk(new Random(7));
        var counts = new int[loop];
        for (var i = 0; i < walks; i++)
        {
            walk.Begin();
            var steps = 0u;
            ulong sample;
            while (!walk.Advance(++steps % loop, isAsleep: false, out sample)) { }
            counts[sample]++;
        }
        // 256 is not a multiple of 50, so that a few places come once more in a walk of that length: 6 instead of 5 times.
        Assert.All(counts, count => Assert.InRange(count, 0.85 * 5 / 256 * walks, 1.15 * 6 / 256 * walks));
    }

    [Fact]
    public void A_guest_that_falls_asleep_on_the_way_is_counted_at_any_place_it_came_by()
    {
        var walk = new SampleWalk(new Random(7));
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 1000; i++)
        {
            walk.Begin();
            var step = 0ul;
            ulong sample;
            while (!walk.Advance(++step, isAsleep: step == 5, out sample)) { }
            seen.Add(sample);
        }
        Assert.Equal([1ul, 2ul, 3ul, 4ul], seen.Order());
    }

    [Fact]
    public void Code_without_a_symbol_is_told_by_its_neighbours_or_its_page()
    {
        var symbols = SymbolTable.Of(FirmwareImage.Load(Repository.Find("firmware-images", "blinky-counter", "blinky-counter-rv32.elf")));
        var drive = symbols.FindByName("gpio_drive")!.Value;
        Assert.Equal("gpio_drive", symbols.Locate(drive.Address + drive.LengthBytes - 1).Name);
        Assert.Equal(("gpio_drive+0x4", "gpio_drive"), (symbols.Describe(drive.Address + 4), symbols.Describe(drive.Address)));
        Assert.Equal(new CodePlace("(between gpio_drive and main)", drive.Address + drive.LengthBytes), symbols.Locate(drive.Address + drive.LengthBytes));
        Assert.Equal(new CodePlace("(page)", 0x9000_1000), symbols.Locate(0x9000_1234));
        Assert.Equal(new CodePlace("(page)", 0x9000_1000), SymbolTable.Empty.Locate(0x9000_1234));
        Assert.Null(symbols.FindByName("sum")); // no code
    }

    private async Task<((string Text, long Instructions, long GuestNs) End, ProfileReport? Report)> ChainAsync(bool isProfiled)
    {
        using var chain = new RiscVMachine(
            _scheduler, "checksum-chain", new ClockSettings { Mode = ClockMode.Deterministic, InstructionNs = 10, Paced = false },
            prepare: RiscVMachine.Parameters((0, 256), (1, 1000), (2, 200), (3, 200)));
        using var profile = isProfiled ? VmProfile.TryBeginUntimed(chain.Vm) : null;
        chain.Vm.Start();
        var end = chain.Vm.WaitForAsync(status => status.State is VmState.Stopped or VmState.Faulted);
        while (profile is not null && !end.IsCompleted)
        {
            profile.Look();
            await Task.Yield();
        }
        await end.WaitAsync(Patience);
        return ((chain.ReadAll(), chain.Vm.Statistics.Instructions, chain.Vm.GuestTimeNs), profile?.Report());
    }
}
