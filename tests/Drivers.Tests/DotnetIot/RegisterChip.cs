// SPDX-License-Identifier: Apache-2.0
using System.Device.I2c;

namespace EdgeHypervisor.Drivers.Tests.DotnetIot;

/// <summary>A chip with 256 registers and a pointer that counts up; keeps every write.</summary>
internal sealed class RegisterChip(int address) : I2cDevice
{
    private byte _pointer;

    public byte[] Registers { get; } = new byte[256];

    public List<byte[]> Writes { get; } = [];

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, address);

    public override void Read(Span<byte> buffer)
    {
        foreach (ref var value in buffer) value = Registers[_pointer++];
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Writes.Add(buffer.ToArray());
        _pointer = buffer[0];
        foreach (var value in buffer[1..]) Registers[_pointer++] = value;
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Write(writeBuffer);
        Read(readBuffer);
    }
}
