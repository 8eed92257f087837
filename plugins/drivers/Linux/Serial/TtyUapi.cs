// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The kernel's interface to serial ports, the same on x86-64 and ARM64.</summary>
/// <remarks>asm-generic/termbits.h, asm-generic/ioctls.h, linux/serial.h; ioctl_tty(2), termios(3).</remarks>
internal static class TtyUapi
{
    public const uint GetSettings = 0x802C_542A; // TCGETS2
    public const uint SetSettings = 0x402C_542B; // TCSETS2
    public const uint SetExclusive = 0x540C; // TIOCEXCL
    public const uint SetRs485 = 0x542F; // TIOCSRS485

    public const uint CheckParity = 0x10, DropWrongParity = 0x4; // INPCK, IGNPAR
    public const uint SoftwareFlowOut = 0x400, SoftwareFlowIn = 0x1000; // IXON, IXOFF
    public const uint DataBitsShift = 4; // CS5 is 0, CS8 is 0x30
    public const uint TwoStopBits = 0x40, Receive = 0x80, Parity = 0x100, OddParity = 0x200, NoModemLines = 0x800;
    public const uint SpeedIsNumber = 0x1000, StickyParity = 0x4000_0000, HardwareFlow = 0x8000_0000; // BOTHER, CMSPAR, CRTSCTS

    public const int TimeIndex = 5, MinimumIndex = 6; // VTIME, VMIN

    /// <summary>cc_t c_cc[NCCS].</summary>
    [InlineArray(19)]
    public struct ControlCharacters
    {
        private byte _first;
    }

    /// <summary>struct termios2: with speeds in numbers.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Settings
    {
        public uint Input;
        public uint Output;
        public uint Control;
        public uint Local;
        public byte Line;
        public ControlCharacters Characters;
        public uint InputSpeed;
        public uint OutputSpeed;
    }

    /// <summary>SER_RS485_…</summary>
    [Flags]
    public enum Rs485Flags : uint
    {
        None = 0,
        Enabled = 1,
        RtsOnSend = 2,
        RtsAfterSend = 4,
        ReceiveWhileSending = 16,
        TerminateBus = 32,
    }

    [InlineArray(5)]
    public struct Padding5
    {
        private uint _first;
    }

    /// <summary>struct serial_rs485.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Rs485
    {
        public Rs485Flags Flags;
        public uint DelayBeforeMs;
        public uint DelayAfterMs;
        public Padding5 Padding;
    }
}
