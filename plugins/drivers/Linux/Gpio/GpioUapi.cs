// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The kernel's interface to GPIO lines, version 2, the same on x86-64 and ARM64.</summary>
/// <remarks>linux/gpio.h (kernel 5.10 and later); Documentation/userspace-api/gpio/chardev.rst.</remarks>
internal static class GpioUapi
{
    public const uint GetChipInfo = 0x8044_B401; // GPIO_GET_CHIPINFO_IOCTL
    public const uint GetLineInfo = 0xC100_B405; // GPIO_V2_GET_LINEINFO_IOCTL
    public const uint GetLine = 0xC250_B407; // GPIO_V2_GET_LINE_IOCTL
    public const uint SetConfig = 0xC110_B40D; // GPIO_V2_LINE_SET_CONFIG_IOCTL
    public const uint GetValues = 0xC010_B40E; // GPIO_V2_LINE_GET_VALUES_IOCTL
    public const uint SetValues = 0xC010_B40F; // GPIO_V2_LINE_SET_VALUES_IOCTL

    public const int NameBytes = 32;
    public const int MostLines = 64;
    public const int MostAttributes = 10;

    /// <summary>GPIO_V2_LINE_FLAG_…</summary>
    [Flags]
    public enum Flags : ulong
    {
        None = 0,
        Used = 1 << 0,
        ActiveLow = 1 << 1,
        Input = 1 << 2,
        Output = 1 << 3,
        EdgeRising = 1 << 4,
        EdgeFalling = 1 << 5,
        OpenDrain = 1 << 6,
        OpenSource = 1 << 7,
        PullUp = 1 << 8,
        PullDown = 1 << 9,
        BiasDisabled = 1 << 10,
        BothEdges = EdgeRising | EdgeFalling,
    }

    /// <summary>GPIO_V2_LINE_ATTR_ID_…</summary>
    public enum AttributeId : uint
    {
        Flags = 1,
        OutputValues = 2,
        Debounce = 3,
    }

    /// <summary>enum gpio_v2_line_event_id.</summary>
    public enum EventId : uint
    {
        Rising = 1,
        Falling = 2,
    }

    /// <summary>char[32]: ends at the first zero.</summary>
    [InlineArray(NameBytes)]
    public struct Name
    {
        private byte _first;
    }

    /// <summary>struct gpiochip_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ChipInfo
    {
        public Name Name;
        public Name Label;
        public uint Lines;
    }

    /// <summary>struct gpio_v2_line_attribute: an id, and a value that is flags, values or microseconds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Attribute
    {
        public AttributeId Id;
        public uint Padding;
        public ulong Value;
    }

    /// <summary>struct gpio_v2_line_config_attribute: for the lines of the mask.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ConfigAttribute
    {
        public Attribute Attribute;
        public ulong Mask;
    }

    [InlineArray(MostAttributes)]
    public struct ConfigAttributes
    {
        private ConfigAttribute _first;
    }

    [InlineArray(MostAttributes)]
    public struct Attributes
    {
        private Attribute _first;
    }

    [InlineArray(5)]
    public struct Padding5
    {
        private uint _first;
    }

    [InlineArray(4)]
    public struct Padding4
    {
        private uint _first;
    }

    [InlineArray(6)]
    public struct Padding6
    {
        private uint _first;
    }

    [InlineArray(MostLines)]
    public struct Offsets
    {
        private uint _first;
    }

    /// <summary>struct gpio_v2_line_config.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineConfig
    {
        public Flags Flags;
        public uint AttributeCount;
        public Padding5 Padding;
        public ConfigAttributes Attributes;
    }

    /// <summary>struct gpio_v2_line_request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineRequest
    {
        public Offsets Offsets;
        public Name Consumer;
        public LineConfig Config;
        public uint LineCount;
        public uint EventBufferLength;
        public Padding5 Padding;
        public int Descriptor;
    }

    /// <summary>struct gpio_v2_line_values.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineValues
    {
        public ulong Bits;
        public ulong Mask;
    }

    /// <summary>struct gpio_v2_line_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineInfo
    {
        public Name Name;
        public Name Consumer;
        public uint Offset;
        public uint AttributeCount;
        public Flags Flags;
        public Attributes Attributes;
        public Padding4 Padding;
    }

    /// <summary>struct gpio_v2_line_event; the time is CLOCK_MONOTONIC's.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineEvent
    {
        public ulong TimestampNs;
        public EventId Id;
        public uint Offset;
        public uint Sequence;
        public uint LineSequence;
        public Padding6 Padding;
    }
}
