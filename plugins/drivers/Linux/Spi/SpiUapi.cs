// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The kernel's interface to SPI devices, the same on x86-64 and ARM64.</summary>
/// <remarks>linux/spi/spidev.h, linux/spi/spi.h; Documentation/spi/spidev.rst.</remarks>
internal static class SpiUapi
{
    public const uint WriteMode = 0x4004_6B05; // SPI_IOC_WR_MODE32

    public const uint ClockPhase = 0x01, ClockPolarity = 0x02, SelectHigh = 0x04, LeastSignificantFirst = 0x08, ThreeWire = 0x10, NoSelect = 0x40;

    /// <summary>More would not fit into the request's number, which has 14 bits for the length.</summary>
    public const int MostTransfers = 511;

    /// <summary>SPI_IOC_MESSAGE(n): the number of a message of n transfers.</summary>
    public static uint Message(int transfers) => 0x4000_6B00 | ((uint)(transfers * Unsafe.SizeOf<Transfer>()) << 16);

    /// <summary>struct spi_ioc_transfer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Transfer
    {
        public ulong Send;
        public ulong Receive;
        public uint Length;
        public uint SpeedHz;
        public ushort DelayUs;
        public byte BitsPerWord;
        public byte ChangeSelect; // at the end: deselect for a moment; after the last transfer: stay selected
        public byte SendWires;
        public byte ReceiveWires;
        public byte WordDelayUs;
        public byte Padding;
    }
}
