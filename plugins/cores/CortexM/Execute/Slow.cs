// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Loads and stores that do not plainly hit memory: devices, page flags, misaligned ones, protection, faults.</summary>
internal static unsafe class Slow
{
    /// <summary>The address of a plain load or store.</summary>
    public static uint AddressOf(Cpu* cpu, Instruction* i, Op op)
    {
        var r = Cpu.R(cpu);
        return r[i->Rn] + (op >= Op.LdrRegister ? r[i->Rm] << i->Shift : i->Immediate);
    }

    [MethodImpl(Cold)]
    public static void Load(Cpu* cpu, Instruction* i, long left, nint* table) =>
        LoadAt(cpu, i, left, table, AddressOf(cpu, i, i->Op), MemoryAccess.Of(i->Op), 0, isUnprivileged: false);

    [MethodImpl(Cold)]
    public static void Store(Cpu* cpu, Instruction* i, long left, nint* table) =>
        StoreAt(cpu, i, left, table, AddressOf(cpu, i, i->Op), MemoryAccess.Of(i->Op), 0, isUnprivileged: false);

    [MethodImpl(Cold)]
    public static void LoadWriteBack(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var address = Cpu.R(cpu)[i->Rn] + ((i->Traits & InstructionTraits.PostIndexed) != 0 ? 0 : i->Immediate);
        LoadAt(cpu, i, left, table, address, MemoryAccess.Of(Op.Ldr + i->Ra), i->Immediate, isUnprivileged: false);
    }

    [MethodImpl(Cold)]
    public static void StoreWriteBack(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var address = Cpu.R(cpu)[i->Rn] + ((i->Traits & InstructionTraits.PostIndexed) != 0 ? 0 : i->Immediate);
        StoreAt(cpu, i, left, table, address, MemoryAccess.Of(Op.Ldr + i->Ra), i->Immediate, isUnprivileged: false);
    }

    /// <summary>LDRT and its kin: as an unprivileged program would. Arm A7.7.66.</summary>
    [MethodImpl(Hot)]
    public static void LoadUnprivileged(Cpu* cpu, Instruction* i, long left, nint* table) =>
        LoadAt(cpu, i, left, table, Cpu.R(cpu)[i->Rn] + i->Immediate, MemoryAccess.Of(Op.Ldr + i->Ra), 0, isUnprivileged: true);

    /// <inheritdoc cref="LoadUnprivileged"/>
    [MethodImpl(Hot)]
    public static void StoreUnprivileged(Cpu* cpu, Instruction* i, long left, nint* table) =>
        StoreAt(cpu, i, left, table, Cpu.R(cpu)[i->Rn] + i->Immediate, MemoryAccess.Of(Op.Ldr + i->Ra), 0, isUnprivileged: true);

    /// <summary>LDR into r15: the plain load is behind it.</summary>
    [MethodImpl(Hot)]
    public static void LoadPc(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        var core = SlowPath.Begin(cpu, i, left);
        var moved = r[i->Rn] + i->Immediate;
        var address = i->InnerOp switch
        {
            Op.LdrRegister => AddressOf(cpu, i, Op.LdrRegister),
            Op.LoadWriteBack when (i->Traits & InstructionTraits.PostIndexed) != 0 => r[i->Rn],
            _ => moved,
        };
        if (!core.Memory.TryLoad(address, 4, core.Memory.Privilege, out var value))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        if (i->InnerOp == Op.LoadWriteBack) r[i->Rn] = moved;
        r[15] = value;
        SlowPath.Interwork(cpu, i, left, table);
    }

    private static void LoadAt(
        Cpu* cpu, Instruction* i, long left, nint* table, uint address, MemoryAccess format, uint writeBack, bool isUnprivileged)
    {
        var core = SlowPath.Begin(cpu, i, left);
        if (!core.Memory.TryLoad(address, format.SizeBytes, core.Memory.Privilege && !isUnprivileged, out var value))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        var r = Cpu.R(cpu);
        if (writeBack != 0) r[i->Rn] += writeBack;
        r[i->Rd] = format.Extend(value);
        SlowPath.Continue(cpu, i, i->Step, left, table, core);
    }

    private static void StoreAt(
        Cpu* cpu, Instruction* i, long left, nint* table, uint address, MemoryAccess format, uint writeBack, bool isUnprivileged)
    {
        var core = SlowPath.Begin(cpu, i, left);
        var r = Cpu.R(cpu);
        var (step, n) = (i->Step, i->Rn); // the store may hit this very instruction
        if (!core.Memory.TryStore(address, format.SizeBytes, core.Memory.Privilege && !isUnprivileged, r[i->Rd]))
        {
            SlowPath.Raise(cpu, i, left, core.Memory.FaultCause, core.Memory.FaultAddress);
            return;
        }
        if (writeBack != 0) r[n] += writeBack;
        SlowPath.Continue(cpu, i, step, left, table, core);
    }
}
