// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>What no guest and no state may do: crash the host, leave guest RAM, or run differently when cut differently.</summary>
public sealed class FuzzTests
{
    private const int Programs = 60;
    private const int ProgramWords = 600;
    private const int Instructions = 4000;

    [Theory]
    [InlineData("rv64gcsu_zba_zbb_zbs_zicond_sstc", 1)]
    [InlineData("rv32gcsu_zba_zbb_zbs_zicond_sstc", 2)]
    [InlineData("rv32imac", 3)]
    public void Random_programs_run_alike_in_any_slices_and_never_leave_ram(string isa, int seed)
    {
        var random = new Random(seed);
        var rows = EncodingTable.All().SelectMany(c => c).Where(r => r.ExistsFor(Isa.Parse(isa).Extensions, Isa.Parse(isa).Xlen)).ToArray();
        for (var i = 0; i < Programs; i++)
        {
            var program = Program(random, rows);
            var registers = Enumerable.Range(0, 32).Select(_ => Register(random)).ToArray();
            var whole = Run(isa, program, registers, Instructions);
            var ragged = Run(isa, program, registers, random.Next(1, 50));
            Assert.True(whole == ragged, $"program {i} of seed {seed} depends on its slices:\n{whole}\n---\n{ragged}");
        }
    }

    [Fact]
    public void A_spoilt_state_is_refused_or_runs_but_never_crashes()
    {
        var random = new Random(4);
        const string isa = "rv64gcsu_sstc";
        var rows = EncodingTable.All().SelectMany(c => c).Where(r => r.ExistsFor(Isa.Parse(isa).Extensions, 64)).ToArray();
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            using var hart = Hart(isa, Program(random, rows), new ulong[32]);
            var state = new StateTree();
            hart.Core.Save(state);
            for (var j = 0; j < 4; j++) Spoil(random, state);
            try
            {
                hart.Core.Restore(state);
            }
            catch (StateException)
            {
                refused++;
                continue;
            }
            hart.Core.Run(1000);
            Assert.InRange(hart.Core.InstructionsRetired, 0, long.MaxValue);
        }
        Assert.InRange(refused, 1, 199);
    }

    private static void Spoil(Random random, StateTree state)
    {
        var name = state.Fields.Keys.ElementAt(random.Next(state.Fields.Count));
        state.Fields[name] = state.Fields[name] switch
        {
            ulong => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            long => random.NextInt64(long.MinValue, long.MaxValue),
            bool value => !value,
            ulong[] values => random.Next(8) == 0 ? values[1..] : values.Select(_ => Register(random)).ToArray(),
            byte[] bytes => random.Next(8) == 0 ? bytes[1..] : bytes.Select(_ => (byte)random.Next(256)).ToArray(),
            var other => other,
        };
    }

    private static string Run(string isa, byte[] program, ulong[] registers, int sliceLength)
    {
        using var hart = Hart(isa, program, registers);
        for (var left = Instructions; left > 0;)
        {
            var result = hart.Core.Run(Math.Min(left, sliceLength));
            left -= (int)result.Instructions;
            if (result.Reason is StopReason.WaitingForInterrupt or StopReason.Fault) break;
        }
        var state = new StateTree();
        hart.Core.Save(state);
        return state.ToString() + "\nram=" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(hart.Ram.Bytes));
    }

    private static TestHart Hart(string isa, byte[] program, ulong[] registers)
    {
        var hart = new TestHart(isa);
        Assert.True(hart.Ram.TryWrite(GuestRam.Start, program));
        hart.Core.State.Mtvec = GuestRam.Start + 0x40;
        hart.Core.State.Mstatus |= Status.Fs & (Isa.Parse(isa).Has(Extensions.F) ? ulong.MaxValue : 0);
        hart.Core.OnFloatStatusChanged();
        for (var i = 1; i < 32; i++) hart[i] = isa.StartsWith("rv32", StringComparison.Ordinal) ? (ulong)(int)registers[i] : registers[i];
        return hart;
    }

    // Instructions of every kind, some garbage; branches and jumps mostly stay near by.
    private static byte[] Program(Random random, Encoding[] rows)
    {
        var bytes = new List<byte>();
        while (bytes.Count < ProgramWords * 4)
        {
            var row = rows[random.Next(rows.Length)];
            var bits = random.Next(50) == 0 ? (uint)random.NextInt64() : (uint)random.NextInt64() & ~row.Mask | row.Match;
            if (row.Op is Op.Jal or (>= Op.Beq and <= Op.Bgeu) && row.LengthBytes == 4) bits &= 0x03FF_FFFF;
            // Registers that point into RAM serve as bases more often than chance would have it.
            if (row.LengthBytes == 4 && random.Next(2) == 0 && (row.Mask & 0x000F_8000) == 0) bits = bits & ~0x000F_8000u | (uint)random.Next(8, 16) << 15;
            bytes.AddRange(BitConverter.GetBytes(bits).AsSpan(0, row.LengthBytes));
        }
        return [.. bytes];
    }

    private static ulong Register(Random random) => random.Next(3) switch
    {
        0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        1 => GuestRam.Start + (ulong)random.Next(0, 0x1_0010),
        _ => RecordingBus.Device + (ulong)random.Next(4096),
    };
}
