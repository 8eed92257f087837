// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation;

/// <summary>Copies of decoded instructions, by number, that stay where they are until they are cleared.</summary>
/// <param name="entryBytes">The length of one.</param>
internal sealed unsafe class EntryCopies(int entryBytes) : IDisposable
{
    private const int Shift = 10;
    private nint[] _pieces = new nint[4];
    private int _used;

    /// <summary>Where a copy is, or is to be.</summary>
    public nint At(int number)
    {
        var piece = number >> Shift;
        if (piece >= _used) Add(piece);
        return _pieces[piece] + ((number & ((1 << Shift) - 1)) * entryBytes);
    }

    /// <summary>Copies an entry.</summary>
    // SAFETY: both are entries, and as long.
    public void Copy(nint from, nint to) => NativeMemory.Copy((void*)from, (void*)to, (nuint)entryBytes);

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        for (var i = 0; i < _used; i++) NativeMemory.Free((void*)_pieces[i]);
        _used = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Add(int piece)
    {
        if (piece >= _pieces.Length)
        {
            var pieces = new nint[2 * Math.Max(_pieces.Length, piece)];
            Array.Copy(_pieces, pieces, _used);
            _pieces = pieces;
        }
        for (; _used <= piece; _used++) _pieces[_used] = (nint)NativeMemory.Alloc((nuint)entryBytes << Shift);
    }
}
