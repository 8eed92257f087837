// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Cores.RiscV;

/// <summary>The decoded instructions of a hart, by physical page: 4096 pages take up to 64 MiB.</summary>
/// <remarks>
/// Stores of the guest to a decoded page do not throw its code away, so that data beside code stays fast: Zifencei lets
/// them count from the next FENCE.I on. Firmware that makes code and runs it without a FENCE.I is served all the same,
/// as by a hart with a coherent fetch, where it comes from another page: control that enters a page that was written to finds its decoded
/// instructions compared with memory; where that was in vain a thousand times it waits for the next slice. Changes from outside a slice (a debugger, a loader, a restored state) count at once.
/// </remarks>
internal sealed unsafe class CodeCache(IGuestMemory memory, TranslationBuffers buffers)
    : DecodedPages(memory, maximumPages: 4096, Instruction.PageEnd)
{
    /// <summary>Written pages whose former bytes are kept, 4 KiB each; of others all is taken for changed.</summary>
    private const int MaximumKept = 64;

    /// <summary>After so many writes that changed data only, a page is left alone until the next slice.</summary>
    private const int MaximumHarmless = 1000;

    /// <summary>The same in each slice that follows.</summary>
    private const int MaximumHarmlessAgain = 100;

    private List<NotedPage>? _alone; // none before one is; what was in them when they were left alone is kept
    private Dictionary<ulong, NotedPage>? _noted; // none before the guest writes to a decoded page
    private Stack<byte[]>? _spare;
    private int _written;
    private int _kept;

    /// <summary>Whether the guest runs now: its own stores wait.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>The guest runs from here on. Pages that were left alone are looked at again.</summary>
    public void BeginSlice()
    {
        IsRunning = true;
        if (_alone is not { Count: > 0 }) return;
        NotedPage[] alone = [.. _alone];
        _alone.Clear();
        foreach (var page in alone)
        {
            if (TakeChange(page)) continue;
            page.Region.MarkCode(page.Number);
            buffers.ForgetPage(page.Host); // which was stored to without a look at its flags
        }
    }

    /// <summary>The guest runs no more.</summary>
    public void EndSlice() => IsRunning = false;

    /// <summary>FENCE.I: drops what the guest has written to.</summary>
    public void DropWrittenPages()
    {
        if (_noted is not { Count: > 0 }) return;
        foreach (var page in _noted.Values) Drop(page.Region, page.Number);
        OnDropped();
    }

    /// <summary>Control enters a page: whether its decoded instructions are still those in memory. If not they are gone.</summary>
    public bool IsCurrent(RamRegion region, ulong page)
    {
        if (_written == 0 || _noted is null || !_noted.TryGetValue(KeyOf(region, page), out var noted) || !noted.IsWritten) return true;
        noted.IsWritten = false;
        _written--;
        if (TakeChange(noted)) return false;
        if (++noted.Harmless <= MaximumHarmless)
        {
            region.MarkCode(page);
            return true;
        }
        noted.Harmless = MaximumHarmless - MaximumHarmlessAgain;
        noted.Before = Keep(noted.Host);
        (_alone ??= []).Add(noted);
        return true;
    }

    // Whether the code of a page is no longer what it was when its bytes were kept. It is gone then.
    private bool TakeChange(NotedPage noted)
    {
        var isChanged = noted.Before is null || IsCodeChanged(noted.Before, noted.Host, (Instruction*)Find(noted.Region, noted.Number));
        GiveBack(noted);
        if (!isChanged) return false;
        _noted!.Remove(KeyOf(noted.Region, noted.Number));
        Drop(noted.Region, noted.Number);
        buffers.FlushCode();
        return true;
    }

    /// <summary>An instruction of a page was decoded: from bytes that may be newer than those that are kept.</summary>
    public void OnDecoded(byte* host)
    {
        if (_kept == 0 || _noted is null) return;
        foreach (var page in _noted.Values)
        {
            if (page.Host == host) GiveBack(page);
        }
    }

    /// <inheritdoc/>
    protected override void OnDropped()
    {
        if (_noted is { Count: > 0 }) Forget(_noted);
        _alone?.Clear();
        _written = 0;
        buffers.FlushCode();
    }

    /// <inheritdoc/>
    protected override void OnWritten(RamRegion region, ulong page)
    {
        if (!IsRunning)
        {
            Drop(region, page);
            buffers.FlushCode();
            return;
        }
        _noted ??= [];
        var key = KeyOf(region, page);
        if (!_noted.TryGetValue(key, out var noted)) _noted.Add(key, noted = new NotedPage(region, page));
        if (!noted.IsWritten) _written++;
        noted.IsWritten = true;
        GiveBack(noted);
        noted.Before = Keep(noted.Host);
        buffers.ForgetPage(noted.Host);
    }

    // SAFETY (both): a page of a region has PageBytes bytes, and its decoded page an entry for each halfword.
    private byte[]? Keep(byte* host)
    {
        if (_kept >= MaximumKept) return null;
        _kept++;
        var before = _spare is not null && _spare.TryPop(out var spare) ? spare : new byte[RamRegion.PageBytes];
        new ReadOnlySpan<byte>(host, RamRegion.PageBytes).CopyTo(before);
        return before;
    }

    // The first halfword may belong to an instruction that begins in the page before.
    private static bool IsCodeChanged(ReadOnlySpan<byte> before, byte* host, Instruction* decoded)
    {
        if (decoded == null) return false;
        var old = MemoryMarshal.Cast<byte, ushort>(before);
        var now = new ReadOnlySpan<ushort>(host, old.Length);
        for (var at = old.CommonPrefixLength(now); at < old.Length; at += 1 + old[(at + 1)..].CommonPrefixLength(now[(at + 1)..]))
        {
            if (at == 0 || decoded[at].Op != Op.Undecoded || (decoded[at - 1].Op != Op.Undecoded && !Decoder.IsShort(old[at - 1]))) return true;
        }
        return false;
    }

    private void Forget(Dictionary<ulong, NotedPage> noted)
    {
        foreach (var page in noted.Values) GiveBack(page);
        noted.Clear();
    }

    private void GiveBack(NotedPage page)
    {
        if (page.Before is null) return;
        _kept--;
        (_spare ??= []).Push(page.Before);
        page.Before = null;
    }

    /// <summary>A page that the guest has written to since the last FENCE.I.</summary>
    private sealed class NotedPage(RamRegion region, ulong number)
    {
        public RamRegion Region { get; } = region;

        public ulong Number { get; } = number;

        public byte* Host { get; } = region.Host + (number << RamRegion.PageShift);

        /// <summary>Whether that is newer than the last look at it.</summary>
        public bool IsWritten { get; set; }

        /// <summary>What was there when it was written to first; null where that was not kept, or no longer is what was decoded.</summary>
        public byte[]? Before { get; set; }

        /// <summary>How often it turned out that only data was changed.</summary>
        public int Harmless { get; set; }
    }
}
