// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>The handler tables of a plugin: for each register width and way to memory one, made when first asked for.</summary>
internal sealed class HandlerTables
{
    private readonly Lock _lock = new();
    private HandlerTable? _bare32;
    private HandlerTable? _bare64;
    private HandlerTable? _paged32;
    private HandlerTable? _paged64;

    /// <summary>The table for harts of this width.</summary>
    public HandlerTable For(int xlen, bool isPaged) => (xlen, isPaged) switch
    {
        (32, false) => Volatile.Read(ref _bare32) ?? Make<Word, BareMemory>(ref _bare32),
        (32, true) => Volatile.Read(ref _paged32) ?? Make<Word, PagedMemory>(ref _paged32),
        (_, false) => Volatile.Read(ref _bare64) ?? Make<DoubleWord, BareMemory>(ref _bare64),
        (_, true) => Volatile.Read(ref _paged64) ?? Make<DoubleWord, PagedMemory>(ref _paged64),
    };

    private HandlerTable Make<TXlen, TMemory>(ref HandlerTable? table)
        where TXlen : struct, IWidth
        where TMemory : struct, IMemoryMode
    {
        lock (_lock)
        {
            if (table is null) Volatile.Write(ref table, new HandlerTableOf<TXlen, TMemory>());
            return table;
        }
    }
}
