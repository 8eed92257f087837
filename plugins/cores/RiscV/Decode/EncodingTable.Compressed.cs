// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    // Hints (rd = x0 and the like) run as what they look like: their result is discarded.
    private static Encoding[] Compressed() =>
    [
        // Quadrant 0
        C(Op.Addi, "addi rd, sp, imm", "000 nzuimm[5:4|9:6|2|3] rd' 00 ; rs1=sp"),
        C(Op.Fld, "fld fd, imm(rs1)", "001 uimm[5:3] rs1' uimm[7:6] fd' 00", 0, Extensions.D),
        C(Op.Lw, "lw rd, imm(rs1)", "010 uimm[5:3] rs1' uimm[2|6] rd' 00"),
        C(Op.Flw, "flw fd, imm(rs1)", "011 uimm[5:3] rs1' uimm[2|6] fd' 00", 32, Extensions.F),
        C(Op.Ld, "ld rd, imm(rs1)", "011 uimm[5:3] rs1' uimm[7:6] rd' 00", 64),
        C(Op.Fsd, "fsd fs2, imm(rs1)", "101 uimm[5:3] rs1' uimm[7:6] fs2' 00", 0, Extensions.D),
        C(Op.Sw, "sw rs2, imm(rs1)", "110 uimm[5:3] rs1' uimm[2|6] rs2' 00"),
        C(Op.Fsw, "fsw fs2, imm(rs1)", "111 uimm[5:3] rs1' uimm[2|6] fs2' 00", 32, Extensions.F),
        C(Op.Sd, "sd rs2, imm(rs1)", "111 uimm[5:3] rs1' uimm[7:6] rs2' 00", 64),

        // Quadrant 1
        C(Op.Addi, "addi rd, rs1, imm", "000 imm[5] rd imm[4:0] 01 ; rs1=rd"),
        C(Op.Jal, "jal ra, target", "001 imm[11|4|9:8|10|6|7|3:1|5] 01 ; rd=ra", 32),
        C(Op.Addiw, "addiw rd, rs1, imm", "001 imm[5] nzrd imm[4:0] 01 ; rs1=rd", 64),
        C(Op.Addi, "addi rd, zero, imm", "010 imm[5] rd imm[4:0] 01"),
        C(Op.Addi, "addi sp, sp, imm", "011 nzimm[9] 00010 nzimm[4|6|8:7|5] 01 ; rd=sp rs1=sp"),
        C(Op.Lui, "lui rd, imm", "011 nzimm[17] rd nzimm[16:12] 01"),
        C(Op.Srli, "srli rd, rs1, imm", "100 0 00 rd' uimm[4:0] 01 ; rs1=rd", 32),
        C(Op.Srai, "srai rd, rs1, imm", "100 0 01 rd' uimm[4:0] 01 ; rs1=rd", 32),
        C(Op.Srli, "srli rd, rs1, imm", "100 uimm[5] 00 rd' uimm[4:0] 01 ; rs1=rd", 64),
        C(Op.Srai, "srai rd, rs1, imm", "100 uimm[5] 01 rd' uimm[4:0] 01 ; rs1=rd", 64),
        C(Op.Andi, "andi rd, rs1, imm", "100 imm[5] 10 rd' imm[4:0] 01 ; rs1=rd"),
        C(Op.Sub, "sub rd, rs1, rs2", "100011 rd' 00 rs2' 01 ; rs1=rd"),
        C(Op.Xor, "xor rd, rs1, rs2", "100011 rd' 01 rs2' 01 ; rs1=rd"),
        C(Op.Or, "or rd, rs1, rs2", "100011 rd' 10 rs2' 01 ; rs1=rd"),
        C(Op.And, "and rd, rs1, rs2", "100011 rd' 11 rs2' 01 ; rs1=rd"),
        C(Op.Subw, "subw rd, rs1, rs2", "100111 rd' 00 rs2' 01 ; rs1=rd", 64),
        C(Op.Addw, "addw rd, rs1, rs2", "100111 rd' 01 rs2' 01 ; rs1=rd", 64),
        C(Op.Jal, "jal zero, target", "101 imm[11|4|9:8|10|6|7|3:1|5] 01"),
        C(Op.Beq, "beq rs1, zero, target", "110 imm[8|4:3] rs1' imm[7:6|2:1|5] 01"),
        C(Op.Bne, "bne rs1, zero, target", "111 imm[8|4:3] rs1' imm[7:6|2:1|5] 01"),

        // Quadrant 2
        C(Op.Slli, "slli rd, rs1, imm", "000 0 rd uimm[4:0] 10 ; rs1=rd", 32),
        C(Op.Slli, "slli rd, rs1, imm", "000 uimm[5] rd uimm[4:0] 10 ; rs1=rd", 64),
        C(Op.Fld, "fld fd, imm(sp)", "001 uimm[5] fd uimm[4:3|8:6] 10 ; rs1=sp", 0, Extensions.D),
        C(Op.Lw, "lw rd, imm(sp)", "010 uimm[5] nzrd uimm[4:2|7:6] 10 ; rs1=sp"),
        C(Op.Flw, "flw fd, imm(sp)", "011 uimm[5] fd uimm[4:2|7:6] 10 ; rs1=sp", 32, Extensions.F),
        C(Op.Ld, "ld rd, imm(sp)", "011 uimm[5] nzrd uimm[4:3|8:6] 10 ; rs1=sp", 64),
        C(Op.Jalr, "jalr zero, 0(rs1)", "100 0 nzrs1 00000 10"),
        C(Op.Add, "add rd, zero, rs2", "100 0 rd nzrs2 10"),
        C(Op.Ebreak, "ebreak", "100 1 00000 00000 10"),
        C(Op.Jalr, "jalr ra, 0(rs1)", "100 1 nzrs1 00000 10 ; rd=ra"),
        C(Op.Add, "add rd, rs1, rs2", "100 1 rd nzrs2 10 ; rs1=rd"),
        C(Op.Fsd, "fsd fs2, imm(sp)", "101 uimm[5:3|8:6] fs2 10 ; rs1=sp", 0, Extensions.D),
        C(Op.Sw, "sw rs2, imm(sp)", "110 uimm[5:2|7:6] rs2 10 ; rs1=sp"),
        C(Op.Fsw, "fsw fs2, imm(sp)", "111 uimm[5:2|7:6] fs2 10 ; rs1=sp", 32, Extensions.F),
        C(Op.Sd, "sd rs2, imm(sp)", "111 uimm[5:3|8:6] rs2 10 ; rs1=sp", 64),
    ];

    private static Encoding C(Op op, string assembly, string bits, int xlen = 0, Extensions also = 0) =>
        Row(op, assembly, bits, Extensions.C | also, xlen);
}
