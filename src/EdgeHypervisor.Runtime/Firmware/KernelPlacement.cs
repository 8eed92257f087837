// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace EdgeHypervisor.Runtime;

/// <summary>Where a kernel and its initial file system go in a machine's memory.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="InitialFileSystem">The initial file system; null when there is none.</param>
/// <remarks>
/// As QEMU's <c>virt</c> and OpenSBI have it: the kernel 2 MiB behind the firmware's beginning (4 MiB where registers have 32 bits,
/// which is one large page), or on the next such border; the rest after it on such a border too, since Linux takes whole ones. Linux, Documentation/arch/riscv/boot-image-header.
/// </remarks>
internal sealed record KernelPlacement(FirmwareSegment Kernel, FirmwareSegment? InitialFileSystem)
{
    private const ulong LargePage64 = 2 << 20, LargePage32 = 4 << 20;
    private const int ImageSizeAt = 16, MagicAt = 0x38, HeaderBytes = 64;
    private const uint ImageMagic = 0x0543_5352; // "RSC\x05"

    /// <summary>Where the kernel is entered, in S-mode.</summary>
    public ulong Entry => Kernel.Address;

    /// <summary>Finds places for the kernel of an image that has one.</summary>
    /// <exception cref="MachineException">Memory has no room for them.</exception>
    public static KernelPlacement Of(FirmwareImage image, RegionLayout memory, bool is32Bit)
    {
        var largePage = is32Bit ? LargePage32 : LargePage64;
        var firmwareEnd = image.Segments.Max(segment => segment.Address + (ulong)segment.Bytes.Length);
        var kernel = new FirmwareSegment(Align(Math.Max(firmwareEnd, memory.Start + 1), largePage), image.Kernel);
        var end = kernel.Address + Math.Max((ulong)image.Kernel.Length, OwnLength(image.Kernel.Span));
        FirmwareSegment? initial = null;
        if (!image.InitialFileSystem.IsEmpty)
        {
            initial = new FirmwareSegment(Align(end, largePage), image.InitialFileSystem);
            end = initial.Address + (ulong)image.InitialFileSystem.Length;
        }
        if (end > memory.Start + memory.LengthBytes)
            throw new MachineException("memory", $"kernel and initial file system need {(end - memory.Start + (1 << 20) - 1) >> 20} MiB, and some to work with; there are {memory.LengthBytes >> 20} MiB");
        return new KernelPlacement(kernel, initial);
    }

    private static ulong Align(ulong address, ulong border) => (address + border - 1) / border * border;

    /// <summary>How much memory a Linux kernel says that it takes, variables included; 0 when it does not say, or not credibly.</summary>
    private static ulong OwnLength(ReadOnlySpan<byte> kernel)
    {
        if (kernel.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(kernel[MagicAt..]) != ImageMagic) return 0;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(kernel[ImageSizeAt..]);
        return length > 1UL << 40 ? 0 : length;
    }
}
