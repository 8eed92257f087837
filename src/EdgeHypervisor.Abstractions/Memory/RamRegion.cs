// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// One contiguous piece of guest RAM or ROM: a native mapping, demand-zero, with a flag byte for each 4 KiB page.
/// Cores may read and write it through <see cref="Host"/> if they keep the two rules below.
/// </summary>
/// <remarks>
/// Rules for direct access: (1) stay below <see cref="LengthBytes"/>, whatever the guest asks; (2) before a store, test
/// the flag byte of each page it touches, and when one is not zero call <see cref="PrepareStore"/> first.
/// Touched on the VM's turn only.
/// </remarks>
public sealed unsafe class RamRegion
{
    private readonly RamRegion? _origin; // whose bytes an alias shows
    private readonly ulong _firstPage; // … and where in it
    private readonly List<RamRegion> _aliases = [];

    /// <summary>Bytes of a page, 4096.</summary>
    public const int PageBytes = 1 << PageShift;

    /// <summary>The address bits within a page, 12.</summary>
    public const int PageShift = 12;

    /// <summary>Describes a mapping; the caller owns both pieces of memory and outlives this object.</summary>
    /// <param name="name">Its name in the machine description, <c>ram</c>.</param>
    /// <param name="start">The guest address of its first byte; a multiple of 4096.</param>
    /// <param name="lengthBytes">Its length; a multiple of 4096, at least one page.</param>
    /// <param name="host">The first byte on the host.</param>
    /// <param name="flags">One byte for each page.</param>
    public RamRegion(string name, ulong start, ulong lengthBytes, byte* host, byte* flags)
    {
        if (start % PageBytes != 0) throw new ArgumentOutOfRangeException(nameof(start));
        if (lengthBytes == 0 || lengthBytes % PageBytes != 0) throw new ArgumentOutOfRangeException(nameof(lengthBytes));
        Name = name;
        Start = start;
        LengthBytes = lengthBytes;
        Host = host;
        Flags = flags;
    }

    private RamRegion(string name, ulong start, ulong lengthBytes, RamRegion origin, ulong offset)
        : this(name, start, lengthBytes, origin.Host + offset, origin.Flags + (offset >> PageShift))
    {
        (_origin, _firstPage) = (origin, offset >> PageShift);
        origin._aliases.Add(this);
    }

    /// <summary>A page with <see cref="PageFlags.Code"/> is about to be written: drop what was made from it.</summary>
    public event Action<RamRegion, ulong>? CodePageWritten;

    /// <summary>Its name in the machine description.</summary>
    public string Name { get; }

    /// <summary>The guest address of the first byte.</summary>
    public ulong Start { get; }

    /// <summary>Length in bytes, a multiple of <see cref="PageBytes"/>.</summary>
    public ulong LengthBytes { get; }

    /// <summary>Number of pages.</summary>
    public ulong PageCount => LengthBytes >> PageShift;

    /// <summary>The first byte on the host.</summary>
    public byte* Host { get; }

    /// <summary>The flag byte of the first page; see <see cref="PageFlags"/>.</summary>
    public byte* Flags { get; }

    /// <summary>Whether its bytes are at another address, too; see <see cref="CreateAlias"/>.</summary>
    public bool HasAliases => _origin is not null || _aliases.Count > 0;

    /// <summary>Whether the whole range lies inside; exact for every input, no overflow.</summary>
    public bool Contains(ulong address, ulong lengthBytes)
    {
        var offset = address - Start;
        return offset < LengthBytes && lengthBytes <= LengthBytes - offset;
    }

    /// <summary>
    /// The slow path of a store: marks the pages of the range dirty and tells the cores when they hold code.
    /// False when one of them is read-only, and then nothing was marked.
    /// </summary>
    /// <param name="offset">Offset of the first byte in this region.</param>
    /// <param name="lengthBytes">Length of the store; the range lies inside the region.</param>
    public bool PrepareStore(ulong offset, ulong lengthBytes)
    {
        var first = offset >> PageShift;
        var last = (offset + lengthBytes - 1) >> PageShift;
        if (last >= PageCount) throw new ArgumentOutOfRangeException(nameof(lengthBytes));
        for (var page = first; page <= last; page++)
        {
            if ((Flags[page] & (byte)PageFlags.ReadOnly) != 0) return false;
        }
        for (var page = first; page <= last; page++) MarkWritten(page);
        return true;
    }

    /// <summary>Makes a page dirty and drops what was made of its code. Not for guests: does not ask whether it is read-only.</summary>
    public void MarkWritten(ulong page)
    {
        var flags = (PageFlags)Flags[page];
        if (flags == PageFlags.None) return;
        Flags[page] = (byte)(flags & PageFlags.ReadOnly);
        if ((flags & PageFlags.Code) != 0) (_origin ?? this).TellCodeWritten(page + _firstPage);
    }

    /// <summary>
    /// The same bytes (and page flags) at another address too: what is written at one is read at the other, and code that
    /// was made from either is dropped.
    /// </summary>
    /// <param name="name">Its name in the machine description.</param>
    /// <param name="start">The guest address of its first byte; a multiple of 4096.</param>
    /// <param name="offset">Where in this region it begins; a multiple of 4096.</param>
    /// <param name="lengthBytes">Its length, not beyond the end of this region.</param>
    public RamRegion CreateAlias(string name, ulong start, ulong offset, ulong lengthBytes)
    {
        if (offset % PageBytes != 0) throw new ArgumentOutOfRangeException(nameof(offset));
        if (_origin is not null) throw new InvalidOperationException($"{Name} is an alias itself");
        if (!Contains(Start + offset, lengthBytes)) throw new ArgumentOutOfRangeException(nameof(lengthBytes));
        return new RamRegion(name, start, lengthBytes, this, offset);
    }

    /// <summary>Says that a core has decoded instructions of this page, so that it hears of the next store to it.</summary>
    public void MarkCode(ulong page)
    {
        if (page >= PageCount) throw new ArgumentOutOfRangeException(nameof(page));
        Flags[page] |= (byte)PageFlags.Code;
    }

    private void TellCodeWritten(ulong page)
    {
        CodePageWritten?.Invoke(this, page);
        foreach (var alias in _aliases)
        {
            if (page - alias._firstPage < alias.PageCount) alias.CodePageWritten?.Invoke(alias, page - alias._firstPage);
        }
    }
}
