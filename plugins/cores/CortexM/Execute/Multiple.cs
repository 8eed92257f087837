// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Handlers of loads and stores of several registers, and of the exclusive ones. Arm A7.7.41, A7.7.52, A7.7.159.</summary>
internal static unsafe class Multiple
{
    private const uint LinkAndPc = 1 << 15;

    private enum Outcome
    {
        Faulted,
        Plain,

        /// <summary>Somebody outside saw it and may have reacted.</summary>
        Seen,
    }

    [MethodImpl(Hot)]
    public static void Load(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var outcome = LoadAll(cpu, i, left);
        if (outcome == Outcome.Faulted) return;
        if ((i->Immediate & LinkAndPc) != 0)
        {
            GoTo(cpu, i, left, table);
            return;
        }
        if (outcome == Outcome.Seen)
        {
            SlowPath.Continue(cpu, i, i->Step, left, table, Cpu.Core(cpu));
            return;
        }
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Store(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var step = i->Step;
        var outcome = StoreAll(cpu, i, left);
        if (outcome == Outcome.Faulted) return;
        if (outcome == Outcome.Seen)
        {
            SlowPath.Continue(cpu, i, step, left, table, Cpu.Core(cpu));
            return;
        }
        Next(cpu, i + step, left, table);
    }

    [MethodImpl(Hot)]
    public static void LoadDual(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        var r = Cpu.R(cpu);
        var (address, moved) = DualAddress(r, i);
        if (!core.Memory.TryLoadAligned(address, 4, out var first) || !core.Memory.TryLoadAligned(address + 4, 4, out var second))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        if ((i->Traits & InstructionTraits.WriteBack) != 0) r[i->Rn] = moved;
        (r[i->Rd], r[i->Ra]) = (first, second);
        SlowPath.Continue(cpu, i, i->Step, left, table, core);
    }

    [MethodImpl(Hot)]
    public static void StoreDual(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        var r = Cpu.R(cpu);
        var step = i->Step;
        var (address, moved) = DualAddress(r, i);
        if (!core.Memory.TryStoreAligned(address, 4, r[i->Rd]) || !core.Memory.TryStoreAligned(address + 4, 4, r[i->Ra]))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        if ((i->Traits & InstructionTraits.WriteBack) != 0) r[i->Rn] = moved;
        SlowPath.Continue(cpu, i, step, left, table, core);
    }

    /// <summary>LDREX: reads and reserves. Arm A3.4.</summary>
    [MethodImpl(Hot)]
    public static void LoadExclusive(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        var address = Cpu.R(cpu)[i->Rn] + i->Immediate;
        if (!core.Memory.TryLoadAligned(address, ExclusiveSize(i->Op - Op.Ldrex), out var value))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        (cpu->State.HasExclusive, cpu->State.ExclusiveAddress) = (true, address);
        Cpu.R(cpu)[i->Rd] = value;
        SlowPath.Continue(cpu, i, i->Step, left, table, core);
    }

    /// <summary>STREX: writes if the reservation stands; 0 is success. It ends the reservation either way.</summary>
    [MethodImpl(Hot)]
    public static void StoreExclusive(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var core = SlowPath.Begin(cpu, i, left);
        var r = Cpu.R(cpu);
        var (step, d) = (i->Step, i->Rd);
        var address = r[i->Rn] + i->Immediate;
        var isReserved = cpu->State.HasExclusive && cpu->State.ExclusiveAddress == address;
        if (isReserved && !core.Memory.TryStoreAligned(address, ExclusiveSize(i->Op - Op.Strex), r[i->Rm]))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        cpu->State.HasExclusive = false;
        r[d] = isReserved ? 0u : 1;
        SlowPath.Continue(cpu, i, step, left, table, core);
    }

    [MethodImpl(Hot)]
    public static void ClearExclusive(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        cpu->State.HasExclusive = false;
        Next(cpu, i + i->Step, left, table);
    }

    private static int ExclusiveSize(int form) => form switch { 0 => 4, 1 => 1, _ => 2 };

    private static (uint Address, uint Moved) DualAddress(uint* r, Instruction* i)
    {
        var moved = r[i->Rn] + i->Immediate;
        return ((i->Traits & InstructionTraits.PostIndexed) != 0 ? r[i->Rn] : moved, moved);
    }

    [MethodImpl(Inline)]
    private static void GoTo(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var target = Cpu.R(cpu)[15];
        if ((target & 1) == 0 || target >= ExceptionUnit.FirstReturnValue)
        {
            SlowPath.Interwork(cpu, i, left, table);
            return;
        }
        JumpTo(cpu, target & ~1u, left, table);
    }

    // The lowest address of the transfer and what the base becomes.
    private static (uint First, uint Moved) Range(uint n, Instruction* i)
    {
        var length = (uint)BitOperations.PopCount(i->Immediate) * 4;
        return (i->Traits & InstructionTraits.Subtract) != 0 ? (n - length, n - length) : (n, n + length);
    }

    [MethodImpl(Cold)]
    private static Outcome LoadAll(Cpu* cpu, Instruction* i, long left)
    {
        var r = Cpu.R(cpu);
        var (address, moved) = Range(r[i->Rn], i);
        var bias = cpu->Map[address >> RamRegion.PageShift].HostBias;
        var isPlain = bias != 0 && (address & 3) == 0 && (address & (RamRegion.PageBytes - 1)) <= RamRegion.PageBytes - 64;
        var values = stackalloc uint[16];
        var core = isPlain ? null : SlowPath.Begin(cpu, i, left);
        for (var list = i->Immediate; list != 0; list &= list - 1, address += 4)
        {
            var register = BitOperations.TrailingZeroCount(list);
            if (core is null)
            {
                // SAFETY: at most 64 bytes from an address that has as many left in its mapped page.
                values[register] = *(uint*)(bias + (nint)address);
                continue;
            }
            if (core.Memory.TryLoadAligned(address, 4, out values[register])) continue;
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return Outcome.Faulted;
        }
        // A base that is loaded keeps what was loaded.
        if ((i->Traits & InstructionTraits.WriteBack) != 0) r[i->Rn] = moved;
        for (var list = i->Immediate; list != 0; list &= list - 1)
        {
            var register = BitOperations.TrailingZeroCount(list);
            r[register] = values[register];
        }
        return isPlain ? Outcome.Plain : Outcome.Seen;
    }

    [MethodImpl(Cold)]
    private static Outcome StoreAll(Cpu* cpu, Instruction* i, long left)
    {
        var r = Cpu.R(cpu);
        var (n, instruction) = (i->Rn, *i); // a store may hit this very instruction
        var (address, moved) = Range(r[n], i);
        var slot = cpu->Map + (address >> RamRegion.PageShift);
        var isPlain = slot->StoreFlag != null && *slot->StoreFlag == 0
            && (address & 3) == 0 && (address & (RamRegion.PageBytes - 1)) <= RamRegion.PageBytes - 64;
        var core = isPlain ? null : SlowPath.Begin(cpu, i, left);
        for (var list = instruction.Immediate; list != 0; list &= list - 1, address += 4)
        {
            var value = r[BitOperations.TrailingZeroCount(list)];
            if (core is null)
            {
                // SAFETY: at most 64 bytes from an address that has as many left in its mapped page.
                *(uint*)(slot->HostBias + (nint)address) = value;
                continue;
            }
            if (core.Memory.TryStoreAligned(address, 4, value)) continue;
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return Outcome.Faulted;
        }
        if ((instruction.Traits & InstructionTraits.WriteBack) != 0) r[n] = moved;
        return isPlain ? Outcome.Plain : Outcome.Seen;
    }
}
