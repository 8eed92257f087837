// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>256 registers of 8 bits with the usual manners: the first byte written is a register's number, which then counts up.</summary>
internal sealed class RegisterFile : II2cModel
{
    private readonly byte[] _registers = new byte[256];
    private byte _pointer;

    public bool IsAcknowledging => true;

    public string Changeable => "0x00 to 0xff";

    public bool Write(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return true;
        _pointer = data[0];
        foreach (var value in data[1..]) _registers[_pointer++] = value;
        return true;
    }

    public void Read(Span<byte> data)
    {
        foreach (ref var value in data) value = _registers[_pointer++];
    }

    public void Stop()
    {
    }

    public void Observe(IDictionary<string, string> seen) => seen["registers"] = Convert.ToHexStringLower(_registers);

    public bool TryChange(string owner, string name, string value)
    {
        if (!Quantity.TryParseInteger(name, out var register) || register is < 0 or > 255) return false;
        if (!Quantity.TryParseInteger(value, out var content) || content is < 0 or > 255)
            throw new OptionException(owner, name, string.Create(CultureInfo.InvariantCulture, $"'{value}' is not a byte"));
        _registers[register] = (byte)content;
        return true;
    }
}
