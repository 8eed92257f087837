// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>The decoded instructions of a hart, by physical page: 4096 pages take up to 64 MiB.</summary>
/// <remarks>
/// Stores of the guest to a decoded page count from its next FENCE.I on, as Zifencei allows, so that data beside code
/// does not throw the code away at each store. Changes from outside a slice (a debugger, a loader, a restored state)
/// count at once.
/// </remarks>
internal sealed class CodeCache(IGuestMemory memory, TranslationBuffers buffers)
    : DecodedPages<Instruction>(memory, maximumPages: 4096, new Instruction { Handler = HandlerIndex.Of(Op.PageEnd, 0) })
{
    private readonly List<(RamRegion Region, ulong Page)> _stale = [];

    /// <summary>Whether the guest runs now: its own stores wait for FENCE.I.</summary>
    public bool IsRunning { get; set; }

    /// <summary>FENCE.I: drops what the guest has written to.</summary>
    public void DropStalePages()
    {
        if (_stale.Count == 0) return;
        foreach (var (region, page) in _stale) Drop(region, page);
        OnDropped();
    }

    /// <inheritdoc/>
    protected override void OnDropped()
    {
        _stale.Clear();
        buffers.FlushCode();
    }

    /// <inheritdoc/>
    protected override void OnWritten(RamRegion region, ulong page)
    {
        if (IsRunning)
        {
            _stale.Add((region, page));
            return;
        }
        Drop(region, page);
        buffers.FlushCode();
    }
}
