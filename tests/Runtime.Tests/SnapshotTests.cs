// SPDX-License-Identifier: Apache-2.0
using CsCheck;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class SnapshotTests : IDisposable
{
    private const uint Beats = TinyProgram.Start + 0x5000;

    private static readonly ClockSettings Deterministic = new() { Mode = Descriptions.ClockMode.Deterministic, InstructionNs = 10, Paced = false };

    private readonly string _folder = Directory.CreateTempSubdirectory("snapshot-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Half_a_run_saved_and_restored_and_the_other_half_equals_an_unbroken_run()
    {
        using var unbroken = new Bench(Beating(), Deterministic).Start();
        RunFor(unbroken, instructions: 100_000);

        using var first = new Bench(Beating(), Deterministic).Start();
        RunFor(first, instructions: 33_333);
        await first.Vm.PauseAsync();
        var file = Path.Combine(_folder, "half.snapshot");
        first.Vm.SaveSnapshot(file);

        using var second = new Bench(Beating(), Deterministic).Build();
        using (var snapshot = Snapshot.Open(file)) second.Vm.Restore(snapshot);
        second.Vm.Resume();
        RunFor(second, instructions: 100_000 - first.Core.InstructionsRetired);

        Assert.True(unbroken.ReadWord(Beats) > 50);
        Assert.Equal(unbroken.ReadWord(Beats), second.ReadWord(Beats));
        Assert.Equal(unbroken.Core.Registers, second.Core.Registers);
        Assert.Equal(unbroken.Vm.GuestTimeNs, second.Vm.GuestTimeNs);
        Assert.Equal(unbroken.AlarmDevice.FiredAtNs, [.. first.AlarmDevice.FiredAtNs, .. second.AlarmDevice.FiredAtNs]);
    }

    [Fact]
    public async Task A_snapshot_may_be_restored_twice()
    {
        var file = await SaveAsync();
        using var snapshot = Snapshot.Open(file);
        using var one = new Bench(Beating(), Deterministic).Build();
        using var two = new Bench(Beating(), Deterministic).Build();

        one.Vm.Restore(snapshot);
        two.Vm.Restore(snapshot);
        one.Vm.Resume();
        two.Vm.Resume();
        RunFor(one, 5_000);
        RunFor(two, 5_000);

        Assert.Equal(one.Core.Registers, two.Core.Registers);
        Assert.Equal(one.ReadWord(Beats), two.ReadWord(Beats));
    }

    [Fact]
    public void A_wire_that_is_high_when_an_earlier_state_is_taken_over_is_high_for_its_receiver_too()
    {
        Lever? lever = null;
        using var bench = new Bench(Beating(), Deterministic).Add("lever", "cpu0/irq", context => lever = new Lever(context), at: null).Build();
        var low = bench.Vm.SaveMachineState();
        bench.Vm.OnTurn(() => lever!.Pull());

        bench.Vm.RestoreMachineState(low);

        Assert.True(bench.Core.HasWakeUp);
    }

    [Fact]
    public async Task Memory_of_an_earlier_life_does_not_shine_through_a_restored_one()
    {
        var file = await SaveAsync();
        using var bench = new Bench(Beating(), Deterministic).Build();
        bench.Vm.OnTurn(() => bench.Vm.Memory.TryWrite(TinyProgram.Start + 0x9000, [1, 2, 3]));

        using var snapshot = Snapshot.Open(file);
        bench.Vm.Restore(snapshot);

        Assert.Equal(0u, bench.ReadWord(TinyProgram.Start + 0x9000));
    }

    [Fact]
    public async Task A_snapshot_holds_descriptions_firmware_and_only_pages_that_are_not_zero()
    {
        using var bench = new Bench(Beating(), Deterministic).With(builder => builder.Describe("manifest", "kind: VirtualMachine")).Start();
        RunFor(bench, 1_000);
        await bench.Vm.PauseAsync();
        bench.Vm.OnTurn(() => bench.Vm.Memory.TryWrite(TinyProgram.Start + 0x9000, new byte[4096]));
        var file = Path.Combine(_folder, "it");
        bench.Vm.SaveSnapshot(file);

        using var snapshot = Snapshot.Open(file);
        Assert.Equal("bench", snapshot.VmName);
        Assert.Equal("kind: VirtualMachine", snapshot.Descriptions["manifest"]);
        Assert.Equal(bench.Vm.Blueprint.Firmware!.Digest, snapshot.Firmware!.Digest);
        Assert.Equal(2, snapshot.PageCount);
        Assert.True(new FileInfo(file).Length < 4 * 4096);
    }

    [Fact]
    public async Task A_running_vm_is_not_saved()
    {
        using var bench = new Bench(Beating()).Start();
        Assert.Contains("pause it first", Assert.Throws<VmStateException>(() => bench.Vm.SaveSnapshot(Path.Combine(_folder, "no"))).Message);
        Assert.Empty(Directory.GetFiles(_folder));
        await bench.Vm.PauseAsync();
        bench.Vm.SaveSnapshot(Path.Combine(_folder, "yes"));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_failed_save_leaves_the_old_snapshot_as_it_was()
    {
        var file = await SaveAsync();
        var before = File.ReadAllBytes(file);
        using var bench = new Bench(Beating()).Add("odd", null, _ => new UnsavableDevice()).Build();

        var error = Assert.Throws<StateException>(() => bench.Vm.SaveSnapshot(file));

        Assert.Contains("odd", error.Message);
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_state_newer_than_the_plugin_is_refused_with_both_versions()
    {
        using var newer = new Bench(Beating()).Add("counter", null, _ => new VersionedDevice(version: 3)).Build();
        using var older = new Bench(Beating()).Add("counter", null, _ => new VersionedDevice(version: 2)).Build();

        var error = Assert.Throws<StateException>(() => older.Vm.RestoreMachineState(newer.Vm.SaveMachineState()));

        Assert.Contains("state of counter: field 'stateVersion': 3 is newer than the 2 that device.counter 0.1.0 knows", error.Message);
        Assert.Equal(VmState.Faulted, older.Vm.State);
    }

    [Fact]
    public void A_state_older_than_the_plugin_is_taken_over()
    {
        var device = new VersionedDevice(version: 3);
        using var older = new Bench(Beating()).Add("counter", null, _ => new VersionedDevice(version: 2)).Build();
        using var newer = new Bench(Beating()).Add("counter", null, _ => device).Build();

        newer.Vm.RestoreMachineState(older.Vm.SaveMachineState());

        Assert.Equal(2, device.RestoredVersion);
        Assert.Equal(VmState.Paused, newer.Vm.State);
    }

    [Fact]
    public void A_state_of_another_machine_is_refused_before_anything_changes()
    {
        var device = new VersionedDevice(version: 1);
        using var plain = new Bench(Beating()).Build();
        using var extended = new Bench(Beating()).Add("counter", null, _ => device).Build();

        Assert.Contains("missing in the saved state", Assert.Throws<StateException>(() => extended.Vm.RestoreMachineState(plain.Vm.SaveMachineState())).Message);
        Assert.Null(device.RestoredVersion);
        extended.Vm.Reset();
        Assert.Contains("no such core or device", Assert.Throws<StateException>(() => plain.Vm.RestoreMachineState(extended.Vm.SaveMachineState())).Message);
    }

    [Fact]
    public async Task A_snapshot_of_a_newer_format_is_refused_by_number()
    {
        var file = await SaveAsync();
        var bytes = File.ReadAllBytes(file);
        bytes[8] = 99;
        Assert.Contains("offset 0x8: format version 99 is newer than the 1", Assert.Throws<SnapshotException>(() => Open(bytes)).Message);
    }

    [Fact]
    public async Task Every_truncation_of_a_snapshot_is_refused()
    {
        var bytes = File.ReadAllBytes(await SaveAsync());
        for (var length = 0; length < bytes.Length; length += length < 600 ? 1 : 97)
            Assert.Throws<SnapshotException>(() => Open(bytes[..length]));
    }

    [Fact]
    public async Task Any_damaged_byte_of_a_snapshot_is_noticed()
    {
        var bytes = File.ReadAllBytes(await SaveAsync());
        Gen.Int[0, bytes.Length - 1].Select(Gen.Byte[1, 255]).Sample((at, flip) =>
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= flip;
            return Throws<SnapshotException>(() => Open(damaged));
        }, iter: 2_000);
    }

    [Fact]
    public async Task Hostile_machine_states_give_a_state_error_and_nothing_else()
    {
        using var bench = new Bench(Beating(), Deterministic).Start();
        RunFor(bench, 1_000);
        await bench.Vm.PauseAsync();
        var state = bench.Vm.SaveMachineState();
        var cuts = Gen.Int[0, state.Length - 1].Select(n => state[..n]);
        var flips = Gen.Int[0, state.Length - 1].Select(Gen.Byte).Array[1, 8].Select(changes => Change(state, changes));
        var noise = Gen.Byte.Array[0, 200];

        Gen.OneOf(cuts, flips, noise).Sample(hostile =>
        {
            try
            {
                bench.Vm.RestoreMachineState(hostile);
            }
            catch (StateException)
            {
                Assert.Equal(VmState.Faulted, bench.Vm.State);
            }
        }, iter: 5_000, threads: 1);

        bench.Vm.RestoreMachineState(state);
        Assert.Equal(VmState.Paused, bench.Vm.State);
    }

    [Fact]
    public async Task Hostile_snapshots_with_a_digest_that_fits_give_a_clear_error_and_nothing_else()
    {
        var bytes = File.ReadAllBytes(await SaveAsync());
        using var bench = new Bench(Beating()).Build();
        Gen.Int[12, bytes.Length - 45].Select(Gen.Byte).Array[1, 6].Sample(changes =>
        {
            var hostile = Seal(Change(bytes, changes));
            try
            {
                using var snapshot = Open(hostile);
                bench.Vm.Restore(snapshot);
            }
            catch (Exception exception) when (exception is SnapshotException or StateException or FirmwareException)
            {
            }
        }, iter: 3_000, threads: 1);
    }

    private static byte[] Change(byte[] bytes, (int At, byte Value)[] changes)
    {
        var changed = (byte[])bytes.Clone();
        foreach (var (at, value) in changes) changed[at] = value;
        return changed;
    }

    // Puts the right digest on whatever the content is, as an attacker would.
    private static byte[] Seal(byte[] bytes)
    {
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, bytes.Length - 44)).CopyTo(bytes, bytes.Length - 32);
        return bytes;
    }

    private static Snapshot Open(byte[] bytes) => Snapshot.Open("test", new MemoryStream(bytes));

    private static bool Throws<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
            return false;
        }
        catch (T)
        {
            return true;
        }
    }

    // Stops by itself at an exact instruction, as a host that pauses does at any.
    private static void RunFor(Bench bench, long instructions)
    {
        var end = bench.Core.InstructionsRetired + instructions;
        bench.Core.Retired = () =>
        {
            if (bench.Core.InstructionsRetired == end) bench.Time.Advance(1_000_000_000);
            if (bench.Core.InstructionsRetired >= end) bench.Core.RequestStop();
        };
        while (bench.Core.InstructionsRetired < end) bench.Scheduler.Turn();
        Assert.Equal(end, bench.Core.InstructionsRetired);
    }

    // Counts beats of a periodic alarm in memory, busy in between.
    private static TinyProgram Beating()
    {
        var program = new TinyProgram().Poke(Bench.Alarm + 32, 7_770);
        var loop = program.Here;
        program.Wait().Poke(Bench.Alarm + 16, 1).Load(1, Beats).Add(1, 1).Store(1, Beats);
        for (var i = 0; i < 40; i++) program.Add(2, 3);
        return program.Load(3, Bench.Alarm + 8).Jump(loop);
    }

    private async Task<string> SaveAsync()
    {
        using var bench = new Bench(Beating(), Deterministic).Start();
        RunFor(bench, 20_000);
        await bench.Vm.PauseAsync();
        var file = Path.Combine(_folder, "saved");
        bench.Vm.SaveSnapshot(file);
        return file;
    }

    private sealed class UnsavableDevice : IMmioDevice
    {
        public uint WindowBytes => 8;

        public ulong Read(uint offset, AccessWidth width) => 0;

        public void Write(uint offset, AccessWidth width, ulong value)
        {
        }

        public void Reset()
        {
        }

        public void Save(IStateWriter state) => throw new StateException("odd", null, "has a dongle");

        public void Restore(IStateReader state)
        {
        }
    }

    private sealed class VersionedDevice(int version) : IMmioDevice
    {
        public int StateVersion => version;

        public int? RestoredVersion { get; private set; }

        public uint WindowBytes => 8;

        public ulong Read(uint offset, AccessWidth width) => 0;

        public void Write(uint offset, AccessWidth width, ulong value)
        {
        }

        public void Reset()
        {
        }

        public void Save(IStateWriter state) => state.Write("value", 7ul);

        public void Restore(IStateReader state) => RestoredVersion = state.Version;
    }
}
