// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace EdgeHypervisor.Runtime;

/// <summary>An ELF executable for RISC-V or ARM, 32 or 64 bits, little-endian. Nothing the file says is trusted.</summary>
/// <remarks>System V ABI, chapters 4 (object files) and 5 (program loading).</remarks>
internal static class ElfFile
{
    private const ushort TypeExecutable = BootImage.Executable;
    private const ushort TypeShared = BootImage.PositionIndependent;
    private const uint SegmentLoad = 1;
    private const uint SectionSymbols = 2;
    private const int MaximumSymbols = 1_000_000;
    private const int SymbolFunction = 2;
    private const ulong ExecutableSection = 4;
    private const ushort MachineRiscV = 243, MachineArm = 40, MachineArm64 = 183;


    /// <summary>Whether these bytes claim to be an ELF file.</summary>
    public static bool IsElf(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\u007fELF"u8);

    /// <summary>The segments to load, at their physical addresses, the entry point, and what <see cref="BootImage"/> packed beside them.</summary>
    /// <param name="file">What to call it in messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="rawAddress">Where packed firmware goes that was not ELF, and what is position-independent and linked at 0.</param>
    /// <exception cref="FirmwareException">Not such a file, damaged or truncated.</exception>
    public static ElfContent Load(string file, ReadOnlyMemory<byte> bytes, ulong rawAddress)
    {
        var elf = Open(file, bytes.Span);
        CheckHeader(elf);
        var segments = new List<FirmwareSegment>();
        var isMovable = IsMovable(elf);
        var shift = isMovable ? rawAddress : 0;
        var entry = elf.Word(24);
        var physicalEntry = entry;
        ReadOnlyMemory<byte> kernel = default, initialFileSystem = default;
        var (table, size, count) = ProgramHeaders(elf);
        for (var i = 0; i < count; i++)
        {
            var header = new ProgramHeader(elf, table + ((ulong)i * size));
            switch (header.Type)
            {
                case SegmentLoad: break;
                case BootImage.RawFirmware:
                    segments.Add(new FirmwareSegment(rawAddress, Content(elf, bytes, header)));
                    physicalEntry = rawAddress;
                    continue;
                case BootImage.Kernel: kernel = Content(elf, bytes, header); continue;
                case BootImage.InitialFileSystem: initialFileSystem = Content(elf, bytes, header); continue;
                default: continue;
            }
            if (entry - header.VirtualAddress < header.FileBytes) physicalEntry = entry - header.VirtualAddress + header.PhysicalAddress;
            if (header.FileBytes == 0) continue;
            segments.Add(new FirmwareSegment(header.PhysicalAddress + shift, Content(elf, bytes, header)));
        }
        if (segments.Count == 0) throw elf.Error(table, "no segment to load: is it an object file?");
        return new ElfContent(segments, physicalEntry + shift, kernel, initialFileSystem, isMovable);
    }

    // Such a program (OpenSBI's fw_*.elf) finds out by itself where it runs. Linked elsewhere it is where it wants to be.
    private static bool IsMovable(ElfReader elf)
    {
        if (elf.U16(16) != TypeShared) return false;
        var lowest = ulong.MaxValue;
        var (table, size, count) = ProgramHeaders(elf);
        for (var i = 0; i < count; i++)
        {
            var header = new ProgramHeader(elf, table + ((ulong)i * size));
            if (header.Type == SegmentLoad) lowest = Math.Min(lowest, header.PhysicalAddress);
        }
        return lowest == 0;
    }

    private static HeaderTable ProgramHeaders(ElfReader elf) =>
        Table(elf, elf.Is64 ? 32u : 28u, elf.Is64 ? 54u : 42u, elf.Is64 ? 56u : 32u, "program header");

    private static ReadOnlyMemory<byte> Content(ElfReader elf, ReadOnlyMemory<byte> bytes, ProgramHeader header)
    {
        _ = elf.Slice(header.Offset, header.FileBytes); // checks
        return bytes.Slice((int)header.Offset, (int)header.FileBytes);
    }

    /// <summary>Functions and objects of the symbol table, by address; empty when the file is stripped.</summary>
    /// <exception cref="FirmwareException">The tables are damaged.</exception>
    public static List<FirmwareSymbol> ReadSymbols(string file, ReadOnlySpan<byte> bytes)
    {
        var elf = Open(file, bytes);
        var symbols = new List<FirmwareSymbol>();
        var (table, size, count) = Table(elf, elf.Is64 ? 40u : 32u, elf.Is64 ? 58u : 46u, elf.Is64 ? 64u : 40u, "section header");
        for (var i = 0; i < count; i++)
        {
            var header = table + ((ulong)i * size);
            if (elf.U32(header + 4) != SectionSymbols) continue;
            var names = elf.U32(header + (elf.Is64 ? 40u : 24u));
            if (names >= (uint)count) throw elf.Error(header, $"symbol names are in section {names} of {count}");
            ReadSymbols(elf, header, table + (names * (ulong)size), CodeSections(elf, table, size, count), symbols);
        }
        symbols.Sort((a, b) => a.Address.CompareTo(b.Address));
        return symbols;
    }

    private static ElfReader Open(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 52 || !IsElf(bytes)) throw new FirmwareException(file, 0, "not an ELF file");
        if (bytes[4] is not (1 or 2)) throw new FirmwareException(file, 4, $"class {bytes[4]} is neither 32 nor 64 bits");
        if (bytes[5] != 1) throw new FirmwareException(file, 5, "not little-endian; big-endian firmware is not supported");
        return new ElfReader(file, bytes, bytes[4] == 2);
    }

    private static void CheckHeader(ElfReader elf)
    {
        var type = elf.U16(16);
        if (type is not (TypeExecutable or TypeShared)) throw elf.Error(16, $"type {type} is not an executable; link it first");
        var machine = elf.U16(18);
        if (machine is not (MachineRiscV or MachineArm or MachineArm64))
            throw elf.Error(18, $"made for machine {machine}; known are RISC-V ({MachineRiscV}), ARM ({MachineArm}), AArch64 ({MachineArm64})");
    }

    private static HeaderTable Table(ElfReader elf, uint offsetAt, uint sizeAt, uint minimumSize, string what)
    {
        var table = elf.Word(offsetAt);
        var size = elf.U16(sizeAt);
        var count = elf.U16(sizeAt + 2);
        if (count == 0) return new HeaderTable(table, minimumSize, 0);
        if (size < minimumSize) throw elf.Error(sizeAt, $"a {what} of {size} bytes is too short, {minimumSize} are needed");
        _ = elf.Slice(table, (ulong)size * count);
        return new HeaderTable(table, size, count);
    }

    private static HashSet<int> CodeSections(ElfReader elf, ulong table, uint size, int count)
    {
        var code = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            if ((elf.Word(table + ((ulong)i * size) + 8) & ExecutableSection) != 0) code.Add(i);
        }
        return code;
    }

    private static void ReadSymbols(ElfReader elf, ulong section, ulong namesSection, HashSet<int> codeSections, List<FirmwareSymbol> into)
    {
        var (start, length) = SectionRange(elf, section);
        var (names, namesLength) = SectionRange(elf, namesSection);
        var entryBytes = elf.Is64 ? 24u : 16u;
        var isArm = elf.U16(18) == MachineArm;
        if (length / entryBytes > MaximumSymbols) throw elf.Error(section, $"{length / entryBytes} symbols are more than {MaximumSymbols}");
        for (var entry = start; entry + entryBytes <= start + length; entry += entryBytes)
        {
            var info = elf.U8(entry + (elf.Is64 ? 4u : 12u)) & 0xf;
            if (info > 2) continue; // neither function, object nor plain label
            var name = Text(elf, names, namesLength, elf.U32(entry));
            if (name.Length == 0 || name[0] == '$' || name.StartsWith(".L", StringComparison.Ordinal)) continue; // mapping symbols, an assembler's own labels
            var address = elf.Word(entry + (elf.Is64 ? 8u : 4u));
            var isFunction = info == SymbolFunction;
            if (isFunction && isArm) address &= ~1UL; // says that it is Thumb
            var isCode = isFunction || (info == 0 && codeSections.Contains(elf.U16(entry + (elf.Is64 ? 6u : 14u))));
            into.Add(new FirmwareSymbol(name, address, elf.Word(entry + (elf.Is64 ? 16u : 8u)), isCode));
        }
    }

    private static (ulong Start, ulong LengthBytes) SectionRange(ElfReader elf, ulong header)
    {
        var start = elf.Word(header + (elf.Is64 ? 24u : 16u));
        var length = elf.Word(header + (elf.Is64 ? 32u : 20u));
        _ = elf.Slice(start, length);
        return (start, length);
    }

    private static string Text(ElfReader elf, ulong table, ulong tableBytes, uint offset)
    {
        if (offset >= tableBytes) throw elf.Error(table, $"name at {offset} lies beyond the {tableBytes} bytes of names");
        var rest = elf.Slice(table + offset, Math.Min(tableBytes - offset, 4096));
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private readonly record struct HeaderTable(ulong At, uint EntryBytes, int Count);

    private readonly ref struct ProgramHeader(ElfReader elf, ulong at)
    {
        public uint Type { get; } = elf.U32(at);

        public ulong Offset { get; } = elf.Word(at + (elf.Is64 ? 8u : 4u));

        public ulong VirtualAddress { get; } = elf.Word(at + (elf.Is64 ? 16u : 8u));

        public ulong PhysicalAddress { get; } = elf.Word(at + (elf.Is64 ? 24u : 12u));

        public ulong FileBytes { get; } = elf.Word(at + (elf.Is64 ? 32u : 16u));
    }
}
