// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// A firmware file: an ELF executable, an Intel HEX file, raw bytes for one address, or either with a kernel. Immutable; VMs with the same firmware share one.
/// It is kept as long as the VM, since a reset loads it again and a move takes it along.
/// </summary>
public sealed class FirmwareImage
{
    private const long MaximumBytes = 1L << 30;
    private readonly ReadOnlyMemory<byte> _file;
    private byte[]? _packed;

    private FirmwareImage(string source, ReadOnlyMemory<byte> content, IReadOnlyList<FirmwareSegment> segments, ulong entry, bool isElf)
    {
        Source = source;
        _file = content;
        Segments = segments;
        Entry = entry;
        IsElf = isElf;
    }

    /// <summary>Where it came from, for messages: a file's path.</summary>
    public string Source { get; }

    /// <summary>The file as it is; of one with a kernel that was put together here, the one file that they make, when somebody asks for it.</summary>
    public ReadOnlyMemory<byte> Content => Parts is null ? _file : _packed ??= Parts.Pack();

    /// <summary>SHA-256 of <see cref="Content"/>, lower-case hexadecimal. Made when it is asked for: a VM that never moves needs none.</summary>
    public string Digest => field ??= Convert.ToHexStringLower(SHA256.HashData(Content.Span));

    /// <summary>What is loaded where.</summary>
    public IReadOnlyList<FirmwareSegment> Segments { get; }

    /// <summary>Guest address of the first instruction.</summary>
    public ulong Entry { get; }

    /// <summary>The kernel that the firmware is to start, without a place yet; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Kernel { get; private init; }

    /// <summary>The kernel's initial file system, without a place yet; empty where there is none.</summary>
    public ReadOnlyMemory<byte> InitialFileSystem { get; private init; }

    internal bool IsElf { get; }

    /// <summary>What it was put together from here; null where it came in one file.</summary>
    private BootParts? Parts { get; init; }

    /// <summary>32 or 64, of an ELF file without a kernel; else 0.</summary>
    internal int AddressBits => IsElf && Kernel.IsEmpty ? Content.Span[4] * 32 : 0; // EI_CLASS

    /// <summary>Where raw bytes of it would be loaded; to parse it again.</summary>
    internal ulong RawAddress { get; private init; }

    /// <summary>Whether the addresses in it count from <see cref="RawAddress"/>.</summary>
    internal bool IsMovable { get; private init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rawAddress">Where raw bytes are loaded and entered.</param>
    /// <exception cref="FirmwareException">It cannot be read, or not be loaded.</exception>
    public static FirmwareImage Load(string path, ulong rawAddress = 0)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaximumBytes) throw new FirmwareException(path, null, $"{length} bytes are more than {MaximumBytes}");
            return Parse(path, File.ReadAllBytes(path), rawAddress);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FirmwareException(path, null, exception.Message);
        }
    }

    /// <summary>Takes the bytes of a file.</summary>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="content">The bytes; not to be changed any more.</param>
    /// <param name="rawAddress">Where raw bytes are loaded and entered.</param>
    /// <exception cref="FirmwareException">It cannot be loaded.</exception>
    public static FirmwareImage Parse(string source, ReadOnlyMemory<byte> content, ulong rawAddress = 0)
    {
        if (content.IsEmpty) throw new FirmwareException(source, null, "the file is empty");
        content = SharedContent.Of(content);
        if (IntelHexFile.IsHex(content.Span)) return ParseHex(source, content);
        return ElfFile.IsElf(content.Span) ? ParseElf(source, content, rawAddress) : ParseRaw(source, content, rawAddress);
    }

    private static FirmwareImage ParseHex(string source, ReadOnlyMemory<byte> content)
    {
        var (segments, entry) = IntelHexFile.Load(source, content.Span);
        return new FirmwareImage(source, content, segments, entry, isElf: false);
    }

    private static FirmwareImage ParseRaw(string source, ReadOnlyMemory<byte> content, ulong address) =>
        new(source, content, [new FirmwareSegment(address, content)], address, isElf: false) { RawAddress = address };

    private static FirmwareImage ParseElf(string source, ReadOnlyMemory<byte> content, ulong rawAddress)
    {
        var elf = ElfFile.Load(source, content, rawAddress);
        return new FirmwareImage(source, content, elf.Segments, elf.Entry, isElf: true)
        {
            Kernel = elf.Kernel,
            InitialFileSystem = elf.InitialFileSystem,
            RawAddress = rawAddress,
            IsMovable = elf.IsMovable,
        };
    }

    /// <summary>Puts firmware and kernel together.</summary>
    /// <param name="parts">What.</param>
    /// <param name="rawAddress">Where firmware that is not ELF is loaded and entered.</param>
    /// <exception cref="FirmwareException">One of them cannot be loaded.</exception>
    internal static FirmwareImage Combine(BootParts parts, ulong rawAddress)
    {
        var firmware = Parse(parts.FirmwareSource, parts.Firmware, rawAddress);
        return new FirmwareImage(parts.FirmwareSource, firmware._file, firmware.Segments, firmware.Entry, firmware.IsElf)
        {
            Parts = parts,
            Kernel = parts.Kernel,
            InitialFileSystem = parts.InitialFileSystem,
            RawAddress = rawAddress,
            IsMovable = firmware.IsMovable,
        };
    }

    /// <summary>Functions and objects by address; empty for raw or stripped firmware.</summary>
    /// <exception cref="FirmwareException">The symbol table is damaged.</exception>
    public IReadOnlyList<FirmwareSymbol> ReadSymbols() =>
        IsElf ? [.. ElfFile.ReadSymbols(Source, _file.Span).Select(symbol => symbol with { Address = symbol.Address + (IsMovable ? RawAddress : 0) })] : [];
}
