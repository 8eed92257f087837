// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using static EdgeHypervisor.Cores.RiscV.Flow;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>Handlers of loads and stores of integer registers.</summary>
internal static unsafe class Memory
{
    [MethodImpl(Hot)]
    public static void Load<TXlen, TMemory, TFormat, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TMemory : struct, IMemoryMode
        where TFormat : struct, ILoad
        where TLength : struct, ILength
    {
        var x = Hart.X(hart);
        var address = TXlen.Unsigned(x[i->Rs1] + (ulong)i->Immediate);
        if (!TMemory.CanLoad(hart, address, TFormat.SizeBytes))
        {
            SlowPath.Load(hart, i, left, table);
            return;
        }
        x[i->Rd] = TFormat.Read(TMemory.LoadHost(hart, address));
        Next(hart, i + TLength.Step, left, table);
    }

    [MethodImpl(Hot)]
    public static void Store<TXlen, TMemory, TFormat, TLength>(Hart* hart, Instruction* i, long left, nint* table)
        where TXlen : struct, IWidth
        where TMemory : struct, IMemoryMode
        where TFormat : struct, IStore
        where TLength : struct, ILength
    {
        var x = Hart.X(hart);
        var address = TXlen.Unsigned(x[i->Rs1] + (ulong)i->Immediate);
        if (!TMemory.CanStore(hart, address, TFormat.SizeBytes))
        {
            SlowPath.Store(hart, i, left, table);
            return;
        }
        TFormat.Write(TMemory.StoreHost(hart, address), x[i->Rd]);
        Next(hart, i + TLength.Step, left, table);
    }
}
