// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>
/// The structures have the sizes and offsets that the kernel's headers give them on x86-64 and on ARM64 (compiled for both, they are the
/// same), and the requests' numbers are made of them as asm-generic/ioctl.h says.
/// </summary>
public sealed class UapiLayoutTests
{
    private const uint Write = 1, Read = 2, ReadWrite = 3;

    [Fact]
    public void Gpio_structures_are_the_kernels()
    {
        Assert.Equal(68, Unsafe.SizeOf<GpioUapi.ChipInfo>());
        Assert.Equal(592, Unsafe.SizeOf<GpioUapi.LineRequest>());
        Assert.Equal(272, Unsafe.SizeOf<GpioUapi.LineConfig>());
        Assert.Equal(24, Unsafe.SizeOf<GpioUapi.ConfigAttribute>());
        Assert.Equal(16, Unsafe.SizeOf<GpioUapi.Attribute>());
        Assert.Equal(16, Unsafe.SizeOf<GpioUapi.LineValues>());
        Assert.Equal(256, Unsafe.SizeOf<GpioUapi.LineInfo>());
        Assert.Equal(48, Unsafe.SizeOf<GpioUapi.LineEvent>());
        Assert.Equal(256, OffsetOf<GpioUapi.LineRequest, GpioUapi.Name>((ref GpioUapi.LineRequest r) => ref r.Consumer));
        Assert.Equal(288, OffsetOf<GpioUapi.LineRequest, GpioUapi.LineConfig>((ref GpioUapi.LineRequest r) => ref r.Config));
        Assert.Equal(560, OffsetOf<GpioUapi.LineRequest, uint>((ref GpioUapi.LineRequest r) => ref r.LineCount));
        Assert.Equal(588, OffsetOf<GpioUapi.LineRequest, int>((ref GpioUapi.LineRequest r) => ref r.Descriptor));
        Assert.Equal(32, OffsetOf<GpioUapi.LineConfig, GpioUapi.ConfigAttributes>((ref GpioUapi.LineConfig c) => ref c.Attributes));
        Assert.Equal(64, OffsetOf<GpioUapi.LineInfo, uint>((ref GpioUapi.LineInfo i) => ref i.Offset));
        Assert.Equal(72, OffsetOf<GpioUapi.LineInfo, GpioUapi.Flags>((ref GpioUapi.LineInfo i) => ref i.Flags));
        Assert.Equal(80, OffsetOf<GpioUapi.LineInfo, GpioUapi.Attributes>((ref GpioUapi.LineInfo i) => ref i.Attributes));
    }

    [Fact]
    public void Gpio_requests_are_numbered_by_direction_size_and_letter()
    {
        Assert.Equal(GpioUapi.GetChipInfo, Number<GpioUapi.ChipInfo>(Read, 0xB4, 0x01));
        Assert.Equal(GpioUapi.GetLineInfo, Number<GpioUapi.LineInfo>(ReadWrite, 0xB4, 0x05));
        Assert.Equal(GpioUapi.GetLine, Number<GpioUapi.LineRequest>(ReadWrite, 0xB4, 0x07));
        Assert.Equal(GpioUapi.SetConfig, Number<GpioUapi.LineConfig>(ReadWrite, 0xB4, 0x0D));
        Assert.Equal(GpioUapi.GetValues, Number<GpioUapi.LineValues>(ReadWrite, 0xB4, 0x0E));
        Assert.Equal(GpioUapi.SetValues, Number<GpioUapi.LineValues>(ReadWrite, 0xB4, 0x0F));
    }

    [Fact]
    public void I2c_structures_are_the_kernels()
    {
        Assert.Equal(16, Unsafe.SizeOf<I2cUapi.Message>());
        Assert.Equal(16, Unsafe.SizeOf<I2cUapi.Transaction>());
        Assert.Equal(16, Unsafe.SizeOf<I2cUapi.Smbus>());
        Assert.Equal(4, OffsetOf<I2cUapi.Message, ushort>((ref I2cUapi.Message m) => ref m.Length));
        Assert.Equal(4, OffsetOf<I2cUapi.Smbus, I2cUapi.SmbusKind>((ref I2cUapi.Smbus s) => ref s.Kind));
    }

    [Fact]
    public void Spi_and_serial_structures_and_requests_are_the_kernels()
    {
        Assert.Equal(32, Unsafe.SizeOf<SpiUapi.Transfer>());
        Assert.Equal(16, OffsetOf<SpiUapi.Transfer, uint>((ref SpiUapi.Transfer t) => ref t.Length));
        Assert.Equal(24, OffsetOf<SpiUapi.Transfer, ushort>((ref SpiUapi.Transfer t) => ref t.DelayUs));
        Assert.Equal(27, OffsetOf<SpiUapi.Transfer, byte>((ref SpiUapi.Transfer t) => ref t.ChangeSelect));
        Assert.Equal(Number<SpiUapi.Transfer>(Write, 'k', 0), SpiUapi.Message(1));
        Assert.Equal(0x4040_6B00U, SpiUapi.Message(2));
        Assert.Equal(SpiUapi.WriteMode, Number<uint>(Write, 'k', 5));

        Assert.Equal(44, Unsafe.SizeOf<TtyUapi.Settings>());
        Assert.Equal(17, OffsetOf<TtyUapi.Settings, TtyUapi.ControlCharacters>((ref TtyUapi.Settings t) => ref t.Characters));
        Assert.Equal(36, OffsetOf<TtyUapi.Settings, uint>((ref TtyUapi.Settings t) => ref t.InputSpeed));
        Assert.Equal(32, Unsafe.SizeOf<TtyUapi.Rs485>());
        Assert.Equal(TtyUapi.GetSettings, Number<TtyUapi.Settings>(Read, 'T', 0x2A));
        Assert.Equal(TtyUapi.SetSettings, Number<TtyUapi.Settings>(Write, 'T', 0x2B));
    }

    [Theory]
    [InlineData(Architecture.X64, 12, 4)]
    [InlineData(Architecture.Arm64, 16, 8)]
    public void An_epoll_event_is_packed_on_x86_64_only(Architecture architecture, int lengthBytes, int keyOffset)
    {
        var layout = new EpollEvent(architecture);
        Assert.Equal((lengthBytes, keyOffset), (layout.LengthBytes, layout.KeyOffset));

        var memory = new byte[16];
        layout.Write(memory, EpollEvent.Readable, 0x1122_3344_5566_7788);
        Assert.Equal(1, memory[0]);
        Assert.Equal(0x88, memory[keyOffset]);
        Assert.Equal(0x1122_3344_5566_7788UL, layout.KeyOf(memory));
    }

    private delegate ref TField FieldOf<TStruct, TField>(ref TStruct owner);

    private static int OffsetOf<TStruct, TField>(FieldOf<TStruct, TField> field)
        where TStruct : struct
    {
        var value = default(TStruct);
        return (int)Unsafe.ByteOffset(ref Unsafe.As<TStruct, byte>(ref value), ref Unsafe.As<TField, byte>(ref field(ref value)));
    }

    private static uint Number<TArgument>(uint direction, uint letter, uint number)
        where TArgument : struct => (direction << 30) | ((uint)Unsafe.SizeOf<TArgument>() << 16) | (letter << 8) | number;
}
