// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Cores.RiscV.Tests;

public sealed class DecoderTests
{
    private const string Everything = "gcsu_zba_zbb_zbs_zicond_zihpm_sstc";

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Every_row_of_the_table_decodes_to_its_own_instruction(int xlen)
    {
        var isa = Isa.Parse($"rv{xlen}{Everything}");
        var decoder = new Decoder(isa);
        var random = new Random(1);
        var seen = new HashSet<Op>();
        foreach (var row in EncodingTable.All().SelectMany(c => c).Where(r => r.ExistsFor(isa.Extensions, xlen)))
        {
            for (var i = 0; i < 100; i++)
            {
                var bits = (uint)random.NextInt64() & ~row.Mask | row.Match;
                if (row.LengthBytes == 2) bits = (ushort)bits;
                if ((bits & row.Mask) != row.Match || !row.Allows(bits)) continue;
                // An earlier row may take a special case away, such as c.addi16sp from c.lui, but not all of it.
                if (decoder.Find(bits) is { } found && (found.Op, found.Mask, found.Match) == (row.Op, row.Mask, row.Match)) seen.Add(row.Op);
                else Assert.True(row.LengthBytes == 2, $"{row.Assembly}: {bits:x8} is taken for {decoder.Find(bits)?.Assembly}");
            }
        }
        Assert.Equal(EncodingTable.All().SelectMany(c => c).Where(r => r.ExistsFor(isa.Extensions, xlen)).Select(r => r.Op).Distinct().Order(), seen.Order());
    }

    [Fact]
    public void Every_instruction_of_the_list_has_a_row()
    {
        var rows = EncodingTable.All().SelectMany(c => c).Select(r => r.Op).ToHashSet();
        var missing = Enumerable.Range((int)Op.Lui, (int)Op.Count - (int)Op.Lui).Select(i => (Op)i).Where(o => !rows.Contains(o));
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(32, true)]
    [InlineData(64, false)]
    [InlineData(64, true)]
    public unsafe void Every_instruction_that_decodes_has_a_handler(int xlen, bool isPaged)
    {
        var isa = Isa.Parse($"rv{xlen}{Everything}");
        var decoder = new Decoder(isa);
        var table = new HandlerTables().For(xlen, isPaged);
        var unresolved = table.Entries[HandlerIndex.Of(Op.Lui, 0)];
        foreach (var row in EncodingTable.All().SelectMany(c => c).Where(r => r.ExistsFor(isa.Extensions, xlen)))
        {
            var index = HandlerIndex.Of(row.Op, row.LengthBytes == 2 ? HandlerIndex.Compressed : 0);
            table.Resolve(row.Op);
            Assert.True(table.Entries[index] != unresolved && table.Entries[index] != 0, $"{row.Assembly}, {row.LengthBytes} bytes");
        }
    }

    [Theory]
    [InlineData("rv64imac", 0x0020_8053u)] // fadd.d
    [InlineData("rv64iac", 0x02B5_0533u)] // mul
    [InlineData("rv64ima", 0x0000_4501u)] // c.li
    [InlineData("rv64imac", 0x20B5_2533u)] // sh1add
    [InlineData("rv32imac", 0x0000_3503u)] // ld
    [InlineData("rv32imac", 0x0205_1513u)] // slli by 32
    [InlineData("rv64imac", 0x1020_0073u)] // sret
    public void A_guest_does_not_see_what_its_isa_lacks(string isa, uint bits) =>
        Assert.Equal(Op.Illegal, new Decoder(Isa.Parse(isa)).Decode(bits).Op);

    [Theory]
    [InlineData("0x00b50533", "add a0, a0, a1")]
    [InlineData("0xfff50513", "addi a0, a0, -1")]
    [InlineData("0x000000b7", "lui ra, 0x0")]
    [InlineData("0xff5ff0ef", "jal ra, 0xff4")]
    [InlineData("0x00b52423", "sw a1, 8(a0)")]
    [InlineData("0xfeb51ee3", "bne a0, a1, 0xffc")]
    [InlineData("0x30029073", "csrrw zero, 0x300, t0")]
    [InlineData("0x3002d073", "csrrwi zero, 0x300, 5")]
    [InlineData("0x00c5a52f", "amoadd.w a0, a2, (a1)")]
    [InlineData("0x02c5f553", "fadd.d fa0, fa1, fa2")]
    [InlineData("0xc2059553", "fcvt.w.d a0, fa1, rtz")]
    [InlineData("0x4501", "addi a0, zero, 0")]
    [InlineData("0x8082", "jalr zero, 0(ra)")]
    [InlineData("0x715d", "addi sp, sp, -80")]
    [InlineData("0x0000", ".insn 0x0000")]
    [InlineData("0xffffffff", ".insn 0xffffffff")]
    public void Instructions_read_as_assembly(string bits, string text)
    {
        var decoder = new Decoder(Isa.Parse($"rv64{Everything}"));
        Assert.Equal(text, new Disassembler(decoder).Disassemble(uint.Parse(bits[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture), 0x1000));
    }

    [Theory]
    [InlineData("rv128i", "does not begin with rv32 or rv64")]
    [InlineData("rv64", "the base 'i' is missing")]
    [InlineData("rv64imv", "'v' is not an extension")]
    [InlineData("rv64i_zfoo", "'zfoo' is not an extension that this core has: zicsr")]
    [InlineData("rv64id", "'d' needs 'f'")]
    [InlineData("rv64is", "'s' needs 'u'")]
    [InlineData("rv64iu_sstc", "'sstc' needs 's'")]
    public void A_wrong_isa_string_says_what_is_wrong(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Isa.Parse(text)).Message);

    [Fact]
    public void A_wrong_option_names_core_and_option()
    {
        var error = Assert.Throws<OptionException>(() => new TestHart("rv64imax"));
        Assert.Equal(("core cpu0", "isa"), (error.Owner, error.Option));
        error = Assert.Throws<OptionException>(() => new TestHart(options: new Dictionary<string, string> { ["iza"] = "rv64i" }));
        Assert.Equal("iza", error.Option);
    }

    [Theory]
    [InlineData("rv64imac", 0x8000_0000_0000_1105UL)]
    [InlineData("rv32gcsu", 0x4014_112DUL)]
    public void Misa_says_what_there_is(string isa, ulong misa) => Assert.Equal(misa, Isa.Parse(isa).Misa);
}
