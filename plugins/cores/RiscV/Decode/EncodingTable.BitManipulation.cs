// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    private static Encoding[] BitManipulation() =>
    [
        Row(Op.Sh1add, "sh1add rd, rs1, rs2", "0010000 rs2 rs1 010 rd 0110011", Extensions.Zba),
        Row(Op.Sh2add, "sh2add rd, rs1, rs2", "0010000 rs2 rs1 100 rd 0110011", Extensions.Zba),
        Row(Op.Sh3add, "sh3add rd, rs1, rs2", "0010000 rs2 rs1 110 rd 0110011", Extensions.Zba),
        Row(Op.AddUw, "add.uw rd, rs1, rs2", "0000100 rs2 rs1 000 rd 0111011", Extensions.Zba, 64),
        Row(Op.Sh1addUw, "sh1add.uw rd, rs1, rs2", "0010000 rs2 rs1 010 rd 0111011", Extensions.Zba, 64),
        Row(Op.Sh2addUw, "sh2add.uw rd, rs1, rs2", "0010000 rs2 rs1 100 rd 0111011", Extensions.Zba, 64),
        Row(Op.Sh3addUw, "sh3add.uw rd, rs1, rs2", "0010000 rs2 rs1 110 rd 0111011", Extensions.Zba, 64),
        Row(Op.SlliUw, "slli.uw rd, rs1, imm", "000010 uimm[5:0] rs1 001 rd 0011011", Extensions.Zba, 64),

        Row(Op.Andn, "andn rd, rs1, rs2", "0100000 rs2 rs1 111 rd 0110011", Extensions.Zbb),
        Row(Op.Orn, "orn rd, rs1, rs2", "0100000 rs2 rs1 110 rd 0110011", Extensions.Zbb),
        Row(Op.Xnor, "xnor rd, rs1, rs2", "0100000 rs2 rs1 100 rd 0110011", Extensions.Zbb),
        Row(Op.Clz, "clz rd, rs1", "0110000 00000 rs1 001 rd 0010011", Extensions.Zbb),
        Row(Op.Ctz, "ctz rd, rs1", "0110000 00001 rs1 001 rd 0010011", Extensions.Zbb),
        Row(Op.Cpop, "cpop rd, rs1", "0110000 00010 rs1 001 rd 0010011", Extensions.Zbb),
        Row(Op.Max, "max rd, rs1, rs2", "0000101 rs2 rs1 110 rd 0110011", Extensions.Zbb),
        Row(Op.Maxu, "maxu rd, rs1, rs2", "0000101 rs2 rs1 111 rd 0110011", Extensions.Zbb),
        Row(Op.Min, "min rd, rs1, rs2", "0000101 rs2 rs1 100 rd 0110011", Extensions.Zbb),
        Row(Op.Minu, "minu rd, rs1, rs2", "0000101 rs2 rs1 101 rd 0110011", Extensions.Zbb),
        Row(Op.SextB, "sext.b rd, rs1", "0110000 00100 rs1 001 rd 0010011", Extensions.Zbb),
        Row(Op.SextH, "sext.h rd, rs1", "0110000 00101 rs1 001 rd 0010011", Extensions.Zbb),
        Row(Op.ZextH, "zext.h rd, rs1", "0000100 00000 rs1 100 rd 0110011", Extensions.Zbb, 32),
        Row(Op.ZextH, "zext.h rd, rs1", "0000100 00000 rs1 100 rd 0111011", Extensions.Zbb, 64),
        Row(Op.Rol, "rol rd, rs1, rs2", "0110000 rs2 rs1 001 rd 0110011", Extensions.Zbb),
        Row(Op.Ror, "ror rd, rs1, rs2", "0110000 rs2 rs1 101 rd 0110011", Extensions.Zbb),
        Row(Op.Rori, "rori rd, rs1, imm", "0110000 uimm[4:0] rs1 101 rd 0010011", Extensions.Zbb, 32),
        Row(Op.Rori, "rori rd, rs1, imm", "011000 uimm[5:0] rs1 101 rd 0010011", Extensions.Zbb, 64),
        Row(Op.OrcB, "orc.b rd, rs1", "001010000111 rs1 101 rd 0010011", Extensions.Zbb),
        Row(Op.Rev8, "rev8 rd, rs1", "011010011000 rs1 101 rd 0010011", Extensions.Zbb, 32),
        Row(Op.Rev8, "rev8 rd, rs1", "011010111000 rs1 101 rd 0010011", Extensions.Zbb, 64),
        Row(Op.Clzw, "clzw rd, rs1", "0110000 00000 rs1 001 rd 0011011", Extensions.Zbb, 64),
        Row(Op.Ctzw, "ctzw rd, rs1", "0110000 00001 rs1 001 rd 0011011", Extensions.Zbb, 64),
        Row(Op.Cpopw, "cpopw rd, rs1", "0110000 00010 rs1 001 rd 0011011", Extensions.Zbb, 64),
        Row(Op.Rolw, "rolw rd, rs1, rs2", "0110000 rs2 rs1 001 rd 0111011", Extensions.Zbb, 64),
        Row(Op.Rorw, "rorw rd, rs1, rs2", "0110000 rs2 rs1 101 rd 0111011", Extensions.Zbb, 64),
        Row(Op.Roriw, "roriw rd, rs1, imm", "0110000 uimm[4:0] rs1 101 rd 0011011", Extensions.Zbb, 64),

        Row(Op.Bclr, "bclr rd, rs1, rs2", "0100100 rs2 rs1 001 rd 0110011", Extensions.Zbs),
        Row(Op.Bext, "bext rd, rs1, rs2", "0100100 rs2 rs1 101 rd 0110011", Extensions.Zbs),
        Row(Op.Binv, "binv rd, rs1, rs2", "0110100 rs2 rs1 001 rd 0110011", Extensions.Zbs),
        Row(Op.Bset, "bset rd, rs1, rs2", "0010100 rs2 rs1 001 rd 0110011", Extensions.Zbs),
        Row(Op.Bclri, "bclri rd, rs1, imm", "0100100 uimm[4:0] rs1 001 rd 0010011", Extensions.Zbs, 32),
        Row(Op.Bexti, "bexti rd, rs1, imm", "0100100 uimm[4:0] rs1 101 rd 0010011", Extensions.Zbs, 32),
        Row(Op.Binvi, "binvi rd, rs1, imm", "0110100 uimm[4:0] rs1 001 rd 0010011", Extensions.Zbs, 32),
        Row(Op.Bseti, "bseti rd, rs1, imm", "0010100 uimm[4:0] rs1 001 rd 0010011", Extensions.Zbs, 32),
        Row(Op.Bclri, "bclri rd, rs1, imm", "010010 uimm[5:0] rs1 001 rd 0010011", Extensions.Zbs, 64),
        Row(Op.Bexti, "bexti rd, rs1, imm", "010010 uimm[5:0] rs1 101 rd 0010011", Extensions.Zbs, 64),
        Row(Op.Binvi, "binvi rd, rs1, imm", "011010 uimm[5:0] rs1 001 rd 0010011", Extensions.Zbs, 64),
        Row(Op.Bseti, "bseti rd, rs1, imm", "001010 uimm[5:0] rs1 001 rd 0010011", Extensions.Zbs, 64),

        Row(Op.CzeroEqz, "czero.eqz rd, rs1, rs2", "0000111 rs2 rs1 101 rd 0110011", Extensions.Zicond),
        Row(Op.CzeroNez, "czero.nez rd, rs1, rs2", "0000111 rs2 rs1 111 rd 0110011", Extensions.Zicond),
    ];
}
