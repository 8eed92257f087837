// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// Firmware, kernel and initial file system in one ELF file, so that all that a VM boots from has one digest, is stored
/// once, and travels with its VM. The kernel and what comes after it have no addresses in it: where they go depends on the VM's memory.
/// </summary>
/// <remarks>System V ABI, chapter 5: program headers of types from PT_LOOS on mean what the system says; these are ours.</remarks>
internal static class BootImage
{
    /// <summary>Firmware that is not ELF, for the beginning of memory.</summary>
    public const uint RawFirmware = 0x6548_5600;

    /// <summary>The kernel, as a flat image.</summary>
    public const uint Kernel = 0x6548_5601;

    /// <summary>The initial file system.</summary>
    public const uint InitialFileSystem = 0x6548_5602;

    /// <summary>Types of ELF files: one for fixed addresses, and one that runs anywhere.</summary>
    public const ushort Executable = 2, PositionIndependent = 3;

    private const uint Load = 1;
    private const ushort RiscV = 243;
    private const int HeaderBytes = 64, ProgramHeaderBytes = 56, Alignment = 4096;
    private const int MaximumKernelBytes = 256 << 20;

    /// <summary>Puts them together.</summary>
    /// <param name="firmware">What runs first.</param>
    /// <param name="kernel">The kernel, a flat image.</param>
    /// <param name="initialFileSystem">The initial file system; empty for none.</param>
    public static byte[] Pack(FirmwareImage firmware, ReadOnlyMemory<byte> kernel, ReadOnlyMemory<byte> initialFileSystem)
    {
        var parts = firmware.Segments.Select(s => new Part(firmware.IsElf ? Load : RawFirmware, firmware.IsElf ? s.Address : 0, s.Bytes)).ToList();
        parts.Add(new Part(Kernel, 0, kernel));
        if (!initialFileSystem.IsEmpty) parts.Add(new Part(InitialFileSystem, 0, initialFileSystem));
        var at = Align(HeaderBytes + (parts.Count * (long)ProgramHeaderBytes));
        var file = new byte[parts.Aggregate(at, (end, part) => Align(end + part.Bytes.Length))];
        WriteHeader(file, firmware.IsMovable ? PositionIndependent : Executable, firmware.IsElf ? firmware.Entry : 0, parts.Count);
        foreach (var (i, part) in parts.Index())
        {
            WriteProgramHeader(file.AsSpan(HeaderBytes + (i * ProgramHeaderBytes), ProgramHeaderBytes), part, at);
            part.Bytes.CopyTo(file.AsMemory((int)at));
            at = Align(at + part.Bytes.Length);
        }
        return file;
    }

    /// <summary>The kernel as a flat image.</summary>
    /// <param name="kernel">Its file: a flat image, or one that gzip compressed.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="FirmwareException">It is of another form.</exception>
    public static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> kernel, string source)
    {
        if (kernel.IsEmpty) throw new FirmwareException(source, null, "the file is empty");
        if (ElfFile.IsElf(kernel.Span)) throw new FirmwareException(source, 0, "an ELF file; a kernel is given as the flat image that its build calls Image, or Image.gz");
        if (!kernel.Span.StartsWith<byte>([0x1f, 0x8b])) return kernel;
        try
        {
            using var packed = new GZipStream(new MemoryStream(kernel.ToArray()), CompressionMode.Decompress);
            var flat = new MemoryStream();
            var buffer = new byte[128 * 1024];
            while (packed.Read(buffer) is var count and > 0)
            {
                if (flat.Length + count > MaximumKernelBytes) throw new FirmwareException(source, null, $"unpacked it has more than {MaximumKernelBytes} bytes");
                flat.Write(buffer, 0, count);
            }
            return flat.GetBuffer().AsMemory(0, (int)flat.Length);
        }
        catch (InvalidDataException damage)
        {
            throw new FirmwareException(source, null, $"cannot be unpacked: {damage.Message}");
        }
    }

    private static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private static void WriteHeader(Span<byte> header, ushort type, ulong entry, int parts)
    {
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], RiscV);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], entry);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], ProgramHeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], (ushort)parts);
    }

    private static void WriteProgramHeader(Span<byte> header, Part part, long at)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, part.Type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 7); // readable, writable, executable
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)at);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], part.Address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], part.Address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)part.Bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], (ulong)part.Bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], Alignment);
    }

    private readonly record struct Part(uint Type, ulong Address, ReadOnlyMemory<byte> Bytes);
}
