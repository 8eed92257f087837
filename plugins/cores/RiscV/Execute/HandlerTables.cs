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
        (32, false) => Volatile.Read(ref _bare32) ?? Make(xlen, isPaged, ref _bare32),
        (32, true) => Volatile.Read(ref _paged32) ?? Make(xlen, isPaged, ref _paged32),
        (_, false) => Volatile.Read(ref _bare64) ?? Make(xlen, isPaged, ref _bare64),
        (_, true) => Volatile.Read(ref _paged64) ?? Make(xlen, isPaged, ref _paged64),
    };

    private HandlerTable Make(int xlen, bool isPaged, ref HandlerTable? table)
    {
        lock (_lock)
        {
            if (table is null) Volatile.Write(ref table, Make(xlen, isPaged));
            return table;
        }
    }

    private static HandlerTable Make(int xlen, bool isPaged) => (xlen, isPaged) switch
    {
        (32, false) => new HandlerTableOf<Word, BareMemory>(),
        (32, true) => new HandlerTableOf<Word, PagedMemory>(),
        (_, false) => new HandlerTableOf<DoubleWord, BareMemory>(),
        (_, true) => new HandlerTableOf<DoubleWord, PagedMemory>(),
    };
}
