// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>
/// Performs with SMBus calls what looks the same on the wire: quick, byte, byte data, word data and I2C block. Other transactions are
/// <see cref="BusStatus.Unsupported"/>; none is taken apart.
/// </summary>
/// <remarks>System Management Bus specification 3.2, section 6.5; Documentation/i2c/smbus-protocol.rst.</remarks>
internal static class SmbusTransaction
{
    private const int UnionBytes = I2cUapi.LongestBlockBytes + 2;

    public static BusStatus Perform(I2cBus bus, LinuxI2cSettings target, ReadOnlySpan<I2cMessage> messages) => messages switch
    {
        [{ IsRead: false } write] => Write(bus, target, write.Data.Span),
        [{ IsRead: true } read] => Read(bus, target, read.Data.Span),
        [{ IsRead: false, Data.Length: 1 } command, { IsRead: true, Data.Length: > 0 } read] => Read(bus, target, command.Data.Span[0], read.Data.Span),
        _ => BusStatus.Unsupported,
    };

    private static BusStatus Write(I2cBus bus, LinuxI2cSettings target, ReadOnlySpan<byte> data)
    {
        Span<byte> union = stackalloc byte[UnionBytes];
        var command = data.IsEmpty ? (byte)0 : data[0];
        if (data.Length <= 3 && !data.IsEmpty) data[1..].CopyTo(union);
        return data.Length switch
        {
            0 => Call(I2cUapi.Functions.Quick, I2cUapi.SmbusKind.Quick, union),
            1 => Call(I2cUapi.Functions.WriteByte, I2cUapi.SmbusKind.Byte, union),
            2 when Has(bus, I2cUapi.Functions.WriteByteData) => Call(I2cUapi.Functions.WriteByteData, I2cUapi.SmbusKind.ByteData, union),
            3 when Has(bus, I2cUapi.Functions.WriteWordData) => Call(I2cUapi.Functions.WriteWordData, I2cUapi.SmbusKind.WordData, union),
            <= I2cUapi.LongestBlockBytes + 1 => Call(I2cUapi.Functions.WriteBlock, I2cUapi.SmbusKind.BlockData, Block(data[1..], union)),
            _ => BusStatus.Unsupported,
        };

        BusStatus Call(I2cUapi.Functions needed, I2cUapi.SmbusKind kind, Span<byte> room) =>
            Has(bus, needed) ? bus.Smbus(target, false, command, kind, room) : BusStatus.Unsupported;
    }

    private static BusStatus Read(I2cBus bus, LinuxI2cSettings target, Span<byte> data)
    {
        if (data.Length > 1) return BusStatus.Unsupported;
        if (!Has(bus, data.IsEmpty ? I2cUapi.Functions.Quick : I2cUapi.Functions.ReadByte)) return BusStatus.Unsupported;
        Span<byte> union = stackalloc byte[UnionBytes];
        var status = bus.Smbus(target, true, 0, data.IsEmpty ? I2cUapi.SmbusKind.Quick : I2cUapi.SmbusKind.Byte, union);
        union[..data.Length].CopyTo(data);
        return status;
    }

    private static BusStatus Read(I2cBus bus, LinuxI2cSettings target, byte command, Span<byte> data)
    {
        if (data.Length > I2cUapi.LongestBlockBytes) return BusStatus.Unsupported;
        Span<byte> union = stackalloc byte[UnionBytes];
        if (data.Length == 1 && Has(bus, I2cUapi.Functions.ReadByteData)) return Finish(I2cUapi.SmbusKind.ByteData, union, 0, data);
        if (data.Length == 2 && Has(bus, I2cUapi.Functions.ReadWordData)) return Finish(I2cUapi.SmbusKind.WordData, union, 0, data);
        if (!Has(bus, I2cUapi.Functions.ReadBlock)) return BusStatus.Unsupported;
        union[0] = (byte)data.Length;
        return Finish(I2cUapi.SmbusKind.BlockData, union, 1, data);

        BusStatus Finish(I2cUapi.SmbusKind kind, Span<byte> room, int start, Span<byte> into)
        {
            var status = bus.Smbus(target, true, command, kind, room);
            if (status == BusStatus.Ok) room.Slice(start, into.Length).CopyTo(into);
            return status;
        }
    }

    private static Span<byte> Block(ReadOnlySpan<byte> data, Span<byte> union)
    {
        union[0] = (byte)data.Length;
        data.CopyTo(union[1..]);
        return union;
    }

    private static bool Has(I2cBus bus, I2cUapi.Functions needed) => (bus.Functions & needed) != 0;
}
