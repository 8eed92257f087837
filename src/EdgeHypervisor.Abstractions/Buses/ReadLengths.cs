// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// How many bytes the guest took when it last read after the same beginning: the next read of that kind asks the bus for
/// no more. Bounded, and part of the state, since what is asked of the bus depends on it.
/// </summary>
internal sealed class ReadLengths
{
    private const int Capacity = 32;

    private readonly List<Entry> _entries = [];

    /// <summary>The longest read seen after these writes, or null when there was none.</summary>
    public int? Find(ushort address, ReadOnlySpan<byte> written)
    {
        foreach (var entry in _entries)
        {
            if (entry.Address == address && written.SequenceEqual(entry.Written)) return entry.LengthBytes;
        }
        return null;
    }

    public void Learn(ushort address, ReadOnlySpan<byte> written, int lengthBytes)
    {
        if (lengthBytes == 0 || written.Length > Entry.MaximumWritten) return;
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Address != address || !written.SequenceEqual(_entries[i].Written)) continue;
            _entries[i] = _entries[i] with { LengthBytes = Math.Max(lengthBytes, _entries[i].LengthBytes) };
            return;
        }
        if (_entries.Count == Capacity) _entries.RemoveAt(0);
        _entries.Add(new Entry(address, written.ToArray(), lengthBytes));
    }

    public void Clear() => _entries.Clear();

    public void Save(IStateWriter state) => state.WriteList("readLengths", _entries.Count, (item, i) =>
    {
        item.Write("address", (ulong)_entries[i].Address);
        item.Write("written", _entries[i].Written.AsSpan());
        item.Write("lengthBytes", (ulong)_entries[i].LengthBytes);
    });

    public void Restore(IStateReader state)
    {
        var entries = state.ReadList("readLengths", Capacity).Select(item => new Entry(
            (ushort)item.ReadUInt64("address", maximum: I2cByteBridge.LastAddress),
            item.ReadBytes("written", Entry.MaximumWritten),
            item.ReadInt32("lengthBytes", I2cByteBridge.MaximumBytes))).ToList();
        _entries.Clear();
        _entries.AddRange(entries);
    }

    private sealed record Entry(ushort Address, byte[] Written, int LengthBytes)
    {
        /// <summary>Register numbers and EEPROM addresses fit; what is longer is no beginning that comes again.</summary>
        public const int MaximumWritten = 4;
    }
}
