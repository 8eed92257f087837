// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>An EEPROM of the 24C family: pages, a write cycle during which it does not answer, sequential reads.</summary>
/// <remarks>
/// Microchip 24AA02/24LC02B (DS20001709) and 24LC256 (DS20001203) data sheets, sections "write operations" and "read
/// operations". To 256 bytes one address byte and pages of 8; beyond, two and pages of 64. Not modelled: the block bits in the
/// address of 24C04 to 24C16, write protection.
/// </remarks>
internal sealed class Eeprom : II2cModel
{
    private const int LargestBytes = 64 * 1024;
    private static readonly TimeSpan WriteCycle = TimeSpan.FromMilliseconds(5);

    private readonly byte[] _cells;
    private readonly int _pageBytes;
    private readonly int _addressBytes;
    private readonly TimeProvider _time;
    private int _pointer;
    private bool _hasWritten;
    private long? _writingSince;

    public Eeprom(int sizeBytes, TimeProvider time)
    {
        if (sizeBytes is < 128 or > LargestBytes || (sizeBytes & (sizeBytes - 1)) != 0)
            throw new PeripheralException($"an EEPROM has a power of two from 128 to {LargestBytes} bytes, not {sizeBytes}");
        _cells = new byte[sizeBytes];
        _cells.AsSpan().Fill(0xFF); // as shipped
        (_addressBytes, _pageBytes) = sizeBytes <= 256 ? (1, 8) : (2, 64);
        _time = time;
    }

    public bool IsAcknowledging => _writingSince is not { } since || _time.GetElapsedTime(since) >= WriteCycle;

    public string Changeable => "contents";

    public bool Write(ReadOnlySpan<byte> data)
    {
        if (data.Length < _addressBytes) return data.IsEmpty;
        _pointer = (_addressBytes == 1 ? data[0] : (data[0] << 8) | data[1]) & (_cells.Length - 1);
        var page = _pointer & ~(_pageBytes - 1);
        foreach (var value in data[_addressBytes..])
        {
            _cells[_pointer] = value;
            _pointer = page | ((_pointer + 1) & (_pageBytes - 1)); // rolls over within the page
            _hasWritten = true;
        }
        return true;
    }

    public void Read(Span<byte> data)
    {
        foreach (ref var value in data)
        {
            value = _cells[_pointer];
            _pointer = (_pointer + 1) & (_cells.Length - 1);
        }
    }

    // The stop starts the write cycle.
    public void Stop()
    {
        if (_hasWritten) _writingSince = _time.GetTimestamp();
        _hasWritten = false;
    }

    public void Observe(IDictionary<string, string> seen) => seen["contents"] = Convert.ToHexStringLower(_cells);

    public bool TryChange(string owner, string name, string value)
    {
        if (name != "contents") return false;
        try
        {
            var bytes = Convert.FromHexString(value);
            bytes.AsSpan(0, Math.Min(bytes.Length, _cells.Length)).CopyTo(_cells);
            return true;
        }
        catch (FormatException)
        {
            throw new OptionException(owner, name, "is not hexadecimal digits, two a byte");
        }
    }
}
