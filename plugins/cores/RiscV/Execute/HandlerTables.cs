// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>The handler tables of a plugin: for each register width and way to memory one, made when first asked for.</summary>
internal sealed class HandlerTables
{
    private readonly Lazy<HandlerTable> _bare32 = new(() => new HandlerTableOf<Word, BareMemory>());
    private readonly Lazy<HandlerTable> _bare64 = new(() => new HandlerTableOf<DoubleWord, BareMemory>());
    private readonly Lazy<HandlerTable> _paged32 = new(() => new HandlerTableOf<Word, PagedMemory>());
    private readonly Lazy<HandlerTable> _paged64 = new(() => new HandlerTableOf<DoubleWord, PagedMemory>());

    /// <summary>The table for harts of this width.</summary>
    public HandlerTable For(int xlen, bool isPaged) => (xlen, isPaged) switch
    {
        (32, false) => _bare32.Value,
        (32, true) => _paged32.Value,
        (_, false) => _bare64.Value,
        (_, true) => _paged64.Value,
    };
}
