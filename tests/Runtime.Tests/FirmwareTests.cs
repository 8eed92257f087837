// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace EdgeHypervisor.Runtime.Tests;

public sealed class FirmwareTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_elf_file_is_loaded_at_its_physical_addresses(bool is64)
    {
        var elf = Elf(is64, virtualAddress: 0x2000_0000, physicalAddress: 0x0800_0000, entry: 0x2000_0004, content: [1, 2, 3, 4, 5, 6, 7, 8]);

        var image = FirmwareImage.Parse("a.elf", elf);

        var segment = Assert.Single(image.Segments);
        Assert.Equal(0x0800_0000u, segment.Address);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], segment.Bytes.ToArray());
        Assert.Equal(0x0800_0004u, image.Entry);
    }

    [Fact]
    public void Anything_else_is_raw_and_is_entered_where_it_is_loaded()
    {
        var image = FirmwareImage.Parse("a.bin", new byte[] { 0x13, 0, 0, 0 }, rawAddress: 0x8000_0000);
        Assert.Equal(0x8000_0000u, image.Entry);
        Assert.Equal(0x8000_0000u, Assert.Single(image.Segments).Address);
        Assert.Empty(image.ReadSymbols());
    }

    [Fact]
    public void An_intel_hex_file_is_loaded_where_its_records_say_and_neighbours_are_joined()
    {
        var image = FirmwareImage.Parse("a.hex", Encoding.ASCII.GetBytes(
            ":020000040002F8\r\n:0400100001020304E2\r\n:02001400AABB85\r\n\r\n:020000041000EA\n:04100000FFFFFFFFF0\n:04000005000200C035\n:00000001FF\n"));

        Assert.Equal([(0x2_0010ul, "01020304AABB"), (0x1000_1000ul, "FFFFFFFF")], image.Segments.Select(s => (s.Address, Convert.ToHexString(s.Bytes.Span))));
        Assert.Equal(0x2_00C0u, image.Entry);
    }

    [Theory]
    [InlineData(":0400100001020304E3\n:00000001FF", "line 1: its checksum is wrong")]
    [InlineData(":0400100001020304E2\n", "no end-of-file record: is it truncated?")]
    [InlineData(":0400100001020304E2\nX", "offset 0x14: line 2: a record begins with ':'")]
    [InlineData(":0400100001020304E2\n:0400100001020304", "line 2: says 4 bytes and has 3")]
    [InlineData(":0400100001020304E2\n:04001", "line 2: 5 digits do not make a record")]
    [InlineData(":0400100001020304E2\n:0400100001020X04E2", "line 2: has something that is not a hexadecimal digit")]
    [InlineData(":0400100001020304E2\n:00000009F7", "line 2: record type 9 with 0 bytes is not known")]
    [InlineData(":0000000000\n:00000001FF", "line 2: the end, and there was no data")]
    public void A_damaged_intel_hex_file_is_refused_with_its_line(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FirmwareException>(() => FirmwareImage.Parse("a.hex", Encoding.ASCII.GetBytes(text))).Message);

    [Fact]
    public void Whatever_follows_a_colon_is_loaded_or_refused_in_words() =>
        Gen.String[Gen.OneOf(Gen.Char['0', '9'], Gen.Char['A', 'F'], Gen.Const('\n'), Gen.Const(':')), 0, 80].Sample(
            text => Assert.True(Record.Exception(() => FirmwareImage.Parse("a.hex", Encoding.ASCII.GetBytes(":0000000000" + text))) is null or FirmwareException),
            iter: 2000);

    [Fact]
    public void A_position_independent_program_linked_at_0_goes_to_the_beginning_of_memory_also_with_a_kernel()
    {
        const ulong memory = 0x8000_0000;
        var elf = Elf(is64: true, 0, 0, entry: 4, [1, 2, 3, 4, 5, 6, 7, 8]);
        elf[16] = 3;
        var combined = FirmwareImage.Combine(new BootParts("fw.elf", elf, new byte[] { 9 }, default), memory);
        foreach (var image in new[] { FirmwareImage.Parse("fw.elf", elf, memory), combined, FirmwareImage.Parse("fw.elf", combined.Content, memory) })
        {
            Assert.Equal(memory + 4, image.Entry);
            Assert.Equal(memory, Assert.Single(image.Segments).Address);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kernel_that_was_put_together_with_its_firmware_is_the_same_from_its_one_file(bool isElf)
    {
        const ulong memory = 0x8000_0000;
        var firmware = isElf ? Elf(is64: true, memory, memory, entry: memory + 4, [1, 2, 3, 4, 5, 6, 7, 8]) : [0x13, 0, 0, 0];
        var combined = FirmwareImage.Combine(new BootParts("fw", firmware, new byte[] { 9, 8 }, new byte[] { 7 }), memory);
        var parsed = FirmwareImage.Parse("fw", combined.Content, memory);
        Assert.Equal(Of(combined), Of(parsed));
        Assert.Equal(combined.Digest, parsed.Digest);

        static string Of(FirmwareImage image) => string.Join(' ', image.Entry, Convert.ToHexString(image.Kernel.Span), Convert.ToHexString(image.InitialFileSystem.Span),
            string.Join(',', image.Segments.Select(segment => $"{segment.Address:x}:{Convert.ToHexString(segment.Bytes.Span)}")));
    }

    [Fact]
    public void A_position_independent_program_that_is_linked_elsewhere_stays_there()
    {
        var elf = Elf(is64: true, 0x8020_0000, 0x8020_0000, entry: 0x8020_0000, [1]);
        elf[16] = 3;
        Assert.Equal(0x8020_0000u, FirmwareImage.Parse("a.elf", elf, 0x8000_0000).Entry);
    }

    [Theory]
    [InlineData(4, 9, "offset 0x4: class 9 is neither 32 nor 64 bits")]
    [InlineData(5, 2, "offset 0x5: not little-endian")]
    [InlineData(16, 1, "offset 0x10: type 1 is not an executable; link it first")]
    [InlineData(18, 62, "offset 0x12: made for machine 62; known are RISC-V (243), ARM (40), AArch64 (183)")]
    [InlineData(54, 3, "a program header of 3 bytes is too short, 56 are needed")]
    [InlineData(56, 0, "no segment to load")]
    public void A_wrong_header_is_refused_with_its_place(int at, byte value, string message)
    {
        var elf = Elf(is64: true, 0, 0, 0, [1]);
        elf[at] = value;
        Assert.Contains(message, Assert.Throws<FirmwareException>(() => FirmwareImage.Parse("a.elf", elf)).Message);
    }

    [Fact]
    public void A_segment_beyond_the_end_of_the_file_is_refused()
    {
        var elf = Elf(is64: true, 0, 0, 0, [1]);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(64 + 32), ulong.MaxValue);
        Assert.Contains("is it truncated?", Assert.Throws<FirmwareException>(() => FirmwareImage.Parse("a.elf", elf)).Message);
    }

    [Fact]
    public void An_empty_or_missing_file_is_named()
    {
        Assert.Equal("x: the file is empty", Assert.Throws<FirmwareException>(() => FirmwareImage.Parse("x", default)).Message);
        Assert.Contains("/nowhere/x.elf", Assert.Throws<FirmwareException>(() => FirmwareImage.Load("/nowhere/x.elf")).Message);
    }

    [Fact]
    public void Firmware_outside_memory_is_refused_with_the_memory_there_is()
    {
        var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Firmware(FirmwareImage.Parse("a.bin", new byte[8], 0x1234)));
        Assert.Equal("a.bin: 8 bytes at 0x1234 lie outside memory (ram 0x80000000..0x800fffff)", Assert.Throws<MachineException>(() => bench.Build()).Message);
    }

    [Fact]
    public void Hostile_elf_files_are_refused_with_a_firmware_error_and_nothing_else()
    {
        var sample = File.ReadAllBytes(SampleElf());
        byte[][] originals = [sample, Elf(true, 0, 0, 0, [1, 2, 3]), Elf(false, 0, 0, 0, [1, 2, 3])];
        var seeds = Gen.Int[0, 2].Select(i => originals[i]);
        Gen.Select(seeds, Gen.Select(Gen.Int[0, 255], Gen.Byte).Array[1, 6], Gen.Int[0, 4]).Sample((seed, changes, cut) =>
        {
            var hostile = seed[..(seed.Length - (seed.Length * cut / 5))];
            foreach (var (at, value) in changes) hostile[at % hostile.Length] = value;
            try
            {
                _ = FirmwareImage.Parse("hostile", hostile).ReadSymbols();
            }
            catch (FirmwareException)
            {
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Symbols_of_real_firmware_have_names_and_addresses_in_order()
    {
        var image = FirmwareImage.Load(SampleElf());
        var symbols = image.ReadSymbols();
        Assert.Contains(symbols, symbol => symbol.Name == "main" && symbol.LengthBytes > 0);
        Assert.Equal(symbols.OrderBy(symbol => symbol.Address).Select(symbol => symbol.Address), symbols.Select(symbol => symbol.Address));
    }

    [Fact]
    public void Segments_that_are_more_than_all_memory_together_are_refused_though_each_fits()
    {
        const int copies = 300;
        var one = Elf(is64: true, TinyProgram.Start, TinyProgram.Start, TinyProgram.Start, new byte[4096]);
        byte[] elf = [.. one, .. Enumerable.Repeat(one[64..120], copies).SelectMany(header => header)];
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(32), (ulong)one.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(56), copies);
        using var bench = new Bench(TinyProgram.Counter()).With(builder => builder.Firmware(FirmwareImage.Parse("many.elf", elf)));
        Assert.Contains("300 segments", Assert.Throws<MachineException>(bench.Build).Message);
    }

    private static string SampleElf() => Repository.Find("firmware-images", "hello", "*rv64*.elf");

    private static byte[] Elf(bool is64, ulong virtualAddress, ulong physicalAddress, ulong entry, byte[] content)
    {
        var header = is64 ? 64 : 52;
        var program = is64 ? 56 : 32;
        var file = new byte[header + program + content.Length];
        "\u007fELF"u8.CopyTo(file);
        file[4] = (byte)(is64 ? 2 : 1);
        file[5] = 1;
        file[16] = 2;
        file[18] = 243;
        Word(24, entry);
        Word(is64 ? 32 : 28, (ulong)header);
        file[is64 ? 54 : 42] = (byte)program;
        file[is64 ? 56 : 44] = 1;
        file[header] = 1;
        Word(header + (is64 ? 8 : 4), (ulong)(header + program));
        Word(header + (is64 ? 16 : 8), virtualAddress);
        Word(header + (is64 ? 24 : 12), physicalAddress);
        Word(header + (is64 ? 32 : 16), (ulong)content.Length);
        content.CopyTo(file, header + program);
        return file;

        void Word(int at, ulong value)
        {
            if (is64) BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
            else BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), (uint)value);
        }
    }
}
