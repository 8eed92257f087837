// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.CortexM.Flow;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Handlers of loads and stores of one register.</summary>
internal static unsafe class Memory
{
    [MethodImpl(Hot)]
    public static void Load<TFormat, TAddress>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TFormat : struct, ILoad
        where TAddress : struct, IAddress
    {
        var address = TAddress.Of(cpu, i);
        var bias = cpu->Map[address >> RamRegion.PageShift].HostBias;
        if (bias == 0 || (address & (TFormat.SizeBytes - 1)) != 0)
        {
            Slow.Load(cpu, i, left, table);
            return;
        }
        // SAFETY: an aligned access stays in its page, which the map says is mapped on the host.
        Cpu.R(cpu)[i->Rd] = TFormat.Read((byte*)(bias + (nint)address));
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Store<TFormat, TAddress>(Cpu* cpu, Instruction* i, long left, nint* table)
        where TFormat : struct, IStore
        where TAddress : struct, IAddress
    {
        var address = TAddress.Of(cpu, i);
        var slot = cpu->Map + (address >> RamRegion.PageShift);
        if (slot->StoreFlag == null || *slot->StoreFlag != 0 || (address & (TFormat.SizeBytes - 1)) != 0)
        {
            Slow.Store(cpu, i, left, table);
            return;
        }
        // SAFETY: as for a load; the flag byte is that of this page, and zero.
        TFormat.Write((byte*)(slot->HostBias + (nint)address), Cpu.R(cpu)[i->Rd]);
        Next(cpu, i + i->Step, left, table);
    }

    /// <summary>With write-back; often the pointer of a loop over bytes or words.</summary>
    [MethodImpl(Hot)]
    public static void LoadWriteBack(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        var format = MemoryAccess.Of(Op.Ldr + i->Ra);
        var moved = r[i->Rn] + i->Immediate;
        var address = (i->Traits & InstructionTraits.PostIndexed) != 0 ? r[i->Rn] : moved;
        var bias = cpu->Map[address >> RamRegion.PageShift].HostBias;
        if (bias == 0 || (address & (uint)(format.SizeBytes - 1)) != 0)
        {
            Slow.LoadWriteBack(cpu, i, left, table);
            return;
        }
        var host = (byte*)(bias + (nint)address);
        var value = format.SizeBytes switch { 1 => *host, 2 => *(ushort*)host, _ => *(uint*)host };
        r[i->Rn] = moved;
        r[i->Rd] = format.Extend(value);
        Next(cpu, i + i->Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void StoreWriteBack(Cpu* cpu, Instruction* i, long left, nint* table)
    {
        var r = Cpu.R(cpu);
        var size = MemoryAccess.Of(Op.Ldr + i->Ra).SizeBytes;
        var moved = r[i->Rn] + i->Immediate;
        var address = (i->Traits & InstructionTraits.PostIndexed) != 0 ? r[i->Rn] : moved;
        var slot = cpu->Map + (address >> RamRegion.PageShift);
        if (slot->StoreFlag == null || *slot->StoreFlag != 0 || (address & (uint)(size - 1)) != 0)
        {
            Slow.StoreWriteBack(cpu, i, left, table);
            return;
        }
        var host = (byte*)(slot->HostBias + (nint)address);
        var value = r[i->Rd];
        if (size == 4) *(uint*)host = value;
        else if (size == 2) *(ushort*)host = (ushort)value;
        else *host = (byte)value;
        r[i->Rn] = moved;
        Next(cpu, i + i->Step, left, table);
    }
}
