// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.BoardTests;

/// <summary>
/// What the kernel says of a line's owners: each time that it is requested, released or configured anew, without a gap
/// (include/uapi/linux/gpio.h, GPIO_V2_GET_LINEINFO_WATCH_IOCTL). A line that is never released never falls back to its pull.
/// </summary>
internal sealed partial class LineHistory : IDisposable
{
    private const uint WatchLine = 0xC100_B406; // _IOWR(0xB4, 6, struct gpio_v2_line_info)
    private const int InfoBytes = 256, OffsetAt = 64, EventBytes = 288, TypeAt = 264, NonBlocking = 0x800, ReadOnly = 0;

    private readonly SafeFileHandle _chip;

    public LineHistory(int line)
    {
        _chip = Open("/dev/gpiochip0", ReadOnly | NonBlocking);
        Span<byte> info = stackalloc byte[InfoBytes];
        info.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(info[OffsetAt..], line);
        Assert.True(Control(_chip, WatchLine, ref MemoryMarshal.GetReference(info)) == 0, $"line {line} cannot be watched: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>What has happened since the last time.</summary>
    public List<LineEvent> Take()
    {
        List<LineEvent> events = [];
        Span<byte> one = stackalloc byte[EventBytes];
        while (Read(_chip, ref MemoryMarshal.GetReference(one), EventBytes) == EventBytes)
            events.Add((LineEvent)BinaryPrimitives.ReadInt32LittleEndian(one[TypeAt..]));
        return events;
    }

    public void Dispose() => _chip.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, ref byte buffer, nuint count);
}
