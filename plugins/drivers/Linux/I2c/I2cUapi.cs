// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The kernel's interface to I2C buses, the same on x86-64 and ARM64.</summary>
/// <remarks>linux/i2c.h, linux/i2c-dev.h; Documentation/i2c/dev-interface.rst.</remarks>
internal static unsafe class I2cUapi
{
    public const uint SetTimeout = 0x0702; // I2C_TIMEOUT, in units of 10 ms, for the whole adapter
    public const uint SetTarget = 0x0703; // I2C_SLAVE: refused where a driver of the kernel has the address
    public const uint SetTenBit = 0x0704; // I2C_TENBIT
    public const uint GetFunctions = 0x0705; // I2C_FUNCS
    public const uint Transfer = 0x0707; // I2C_RDWR
    public const uint SmbusCall = 0x0720; // I2C_SMBUS

    public const int MostMessages = 42; // I2C_RDWR_IOCTL_MAX_MSGS
    public const int LongestMessageBytes = 8192;
    public const int LongestBlockBytes = 32; // I2C_SMBUS_BLOCK_MAX

    public const ushort MessageTenBit = 0x0010; // I2C_M_TEN
    public const ushort MessageRead = 0x0001; // I2C_M_RD

    /// <summary>I2C_FUNC_…: what an adapter can do.</summary>
    [Flags]
    public enum Functions : ulong
    {
        None = 0,
        PlainI2c = 0x1,
        TenBitAddress = 0x2,
        Quick = 0x1_0000,
        ReadByte = 0x2_0000,
        WriteByte = 0x4_0000,
        ReadByteData = 0x8_0000,
        WriteByteData = 0x10_0000,
        ReadWordData = 0x20_0000,
        WriteWordData = 0x40_0000,
        ReadBlock = 0x400_0000,
        WriteBlock = 0x800_0000,
    }

    /// <summary>I2C_SMBUS_…: the kinds of SMBus calls that are used here.</summary>
    public enum SmbusKind : uint
    {
        Quick = 0,
        Byte = 1,
        ByteData = 2,
        WordData = 3,
        BlockData = 8, // I2C_SMBUS_I2C_BLOCK_DATA: the length goes first in the buffer, not over the wire
    }

    /// <summary>struct i2c_msg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public ushort Address;
        public ushort Flags;
        public ushort Length;
        public byte* Data;
    }

    /// <summary>struct i2c_rdwr_ioctl_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Transaction
    {
        public Message* Messages;
        public uint Count;
    }

    /// <summary>struct i2c_smbus_ioctl_data; the data is a union of a byte, a word and a block of 34 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Smbus
    {
        public byte IsRead;
        public byte Command;
        public SmbusKind Kind;
        public byte* Data;
    }
}
