// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>A GPIO chip: its device file, open.</summary>
internal sealed unsafe class GpioChip : IDisposable
{
    private readonly LinuxHost _host;
    private readonly int _fd;

    private GpioChip(LinuxHost host, string path, int fd, in GpioUapi.ChipInfo info)
    {
        (_host, Path, _fd) = (host, path, fd);
        (Name, Label, LineCount) = (TextOf(info.Name), TextOf(info.Label), (int)Math.Min(info.Lines, int.MaxValue));
    }

    /// <summary>Its device file: <c>/dev/gpiochip0</c>.</summary>
    public string Path { get; }

    /// <summary>The kernel's name for it, which may change from one start to the next: <c>gpiochip0</c>.</summary>
    public string Name { get; }

    /// <summary>Its driver's name for it, which does not: <c>pinctrl-bcm2711</c>.</summary>
    public string Label { get; }

    public int LineCount { get; }

    /// <summary>Opens a device file.</summary>
    /// <exception cref="PeripheralException">It is not there, we may not, or it is no GPIO chip.</exception>
    public static GpioChip Open(LinuxHost host, string owner, string path)
    {
        var fd = host.Open(owner, path, OpenFlags.ReadWrite);
        var info = default(GpioUapi.ChipInfo);
        // SAFETY: the structure has the length that the request's number says.
        var result = host.Kernel.Ioctl(fd, GpioUapi.GetChipInfo, &info);
        if (result >= 0) return new GpioChip(host, path, fd, info);
        host.Kernel.Close(fd);
        throw new PeripheralException($"{owner}: {path} is no GPIO chip: {Errno.Message(result)}");
    }

    /// <summary>What the kernel says of a line; null where there is none.</summary>
    public GpioUapi.LineInfo? Describe(int offset)
    {
        var info = new GpioUapi.LineInfo { Offset = (uint)offset };
        // SAFETY: the structure has the length that the request's number says.
        return _host.Kernel.Ioctl(_fd, GpioUapi.GetLineInfo, &info) >= 0 ? info : null;
    }

    /// <summary>Asks for lines: a descriptor, or the error number, negative.</summary>
    public int Request(ref GpioUapi.LineRequest request)
    {
        // SAFETY: the structure has the length that the request's number says, and is pinned for the call.
        fixed (GpioUapi.LineRequest* pinned = &request)
        {
            var result = _host.Kernel.Ioctl(_fd, GpioUapi.GetLine, pinned);
            return result < 0 ? result : pinned->Descriptor;
        }
    }

    public override string ToString() => Label.Length > 0 ? $"{Name} [{Label}]" : Name;

    public void Dispose() => _host.Kernel.Close(_fd);

    /// <summary>As much of a text as the kernel has room for: 31 bytes of UTF-8 and a zero, no character cut.</summary>
    public static string Shortened(string text)
    {
        while (Encoding.UTF8.GetByteCount(text) >= GpioUapi.NameBytes) text = text[..^1];
        return text;
    }

    public static void Put(string text, ref GpioUapi.Name name) => Encoding.UTF8.GetBytes(Shortened(text), name);

    public static string TextOf(in GpioUapi.Name name)
    {
        ReadOnlySpan<byte> bytes = name;
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
