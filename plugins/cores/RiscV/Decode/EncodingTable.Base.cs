// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    private static Encoding[] Base() =>
    [
        I(Op.Lui, "lui rd, imm", "imm[31:12] rd 0110111"),
        I(Op.Auipc, "auipc rd, imm", "imm[31:12] rd 0010111"),
        I(Op.Jal, "jal rd, target", "imm[20|10:1|11|19:12] rd 1101111"),
        I(Op.Jalr, "jalr rd, imm(rs1)", "imm[11:0] rs1 000 rd 1100111"),
        I(Op.Beq, "beq rs1, rs2, target", "imm[12|10:5] rs2 rs1 000 imm[4:1|11] 1100011"),
        I(Op.Bne, "bne rs1, rs2, target", "imm[12|10:5] rs2 rs1 001 imm[4:1|11] 1100011"),
        I(Op.Blt, "blt rs1, rs2, target", "imm[12|10:5] rs2 rs1 100 imm[4:1|11] 1100011"),
        I(Op.Bge, "bge rs1, rs2, target", "imm[12|10:5] rs2 rs1 101 imm[4:1|11] 1100011"),
        I(Op.Bltu, "bltu rs1, rs2, target", "imm[12|10:5] rs2 rs1 110 imm[4:1|11] 1100011"),
        I(Op.Bgeu, "bgeu rs1, rs2, target", "imm[12|10:5] rs2 rs1 111 imm[4:1|11] 1100011"),
        I(Op.Lb, "lb rd, imm(rs1)", "imm[11:0] rs1 000 rd 0000011"),
        I(Op.Lh, "lh rd, imm(rs1)", "imm[11:0] rs1 001 rd 0000011"),
        I(Op.Lw, "lw rd, imm(rs1)", "imm[11:0] rs1 010 rd 0000011"),
        I(Op.Lbu, "lbu rd, imm(rs1)", "imm[11:0] rs1 100 rd 0000011"),
        I(Op.Lhu, "lhu rd, imm(rs1)", "imm[11:0] rs1 101 rd 0000011"),
        I64(Op.Lwu, "lwu rd, imm(rs1)", "imm[11:0] rs1 110 rd 0000011"),
        I64(Op.Ld, "ld rd, imm(rs1)", "imm[11:0] rs1 011 rd 0000011"),
        I(Op.Sb, "sb rs2, imm(rs1)", "imm[11:5] rs2 rs1 000 imm[4:0] 0100011"),
        I(Op.Sh, "sh rs2, imm(rs1)", "imm[11:5] rs2 rs1 001 imm[4:0] 0100011"),
        I(Op.Sw, "sw rs2, imm(rs1)", "imm[11:5] rs2 rs1 010 imm[4:0] 0100011"),
        I64(Op.Sd, "sd rs2, imm(rs1)", "imm[11:5] rs2 rs1 011 imm[4:0] 0100011"),
        I(Op.Addi, "addi rd, rs1, imm", "imm[11:0] rs1 000 rd 0010011"),
        I(Op.Slti, "slti rd, rs1, imm", "imm[11:0] rs1 010 rd 0010011"),
        I(Op.Sltiu, "sltiu rd, rs1, imm", "imm[11:0] rs1 011 rd 0010011"),
        I(Op.Xori, "xori rd, rs1, imm", "imm[11:0] rs1 100 rd 0010011"),
        I(Op.Ori, "ori rd, rs1, imm", "imm[11:0] rs1 110 rd 0010011"),
        I(Op.Andi, "andi rd, rs1, imm", "imm[11:0] rs1 111 rd 0010011"),
        I32(Op.Slli, "slli rd, rs1, imm", "0000000 uimm[4:0] rs1 001 rd 0010011"),
        I32(Op.Srli, "srli rd, rs1, imm", "0000000 uimm[4:0] rs1 101 rd 0010011"),
        I32(Op.Srai, "srai rd, rs1, imm", "0100000 uimm[4:0] rs1 101 rd 0010011"),
        I64(Op.Slli, "slli rd, rs1, imm", "000000 uimm[5:0] rs1 001 rd 0010011"),
        I64(Op.Srli, "srli rd, rs1, imm", "000000 uimm[5:0] rs1 101 rd 0010011"),
        I64(Op.Srai, "srai rd, rs1, imm", "010000 uimm[5:0] rs1 101 rd 0010011"),
        I(Op.Add, "add rd, rs1, rs2", "0000000 rs2 rs1 000 rd 0110011"),
        I(Op.Sub, "sub rd, rs1, rs2", "0100000 rs2 rs1 000 rd 0110011"),
        I(Op.Sll, "sll rd, rs1, rs2", "0000000 rs2 rs1 001 rd 0110011"),
        I(Op.Slt, "slt rd, rs1, rs2", "0000000 rs2 rs1 010 rd 0110011"),
        I(Op.Sltu, "sltu rd, rs1, rs2", "0000000 rs2 rs1 011 rd 0110011"),
        I(Op.Xor, "xor rd, rs1, rs2", "0000000 rs2 rs1 100 rd 0110011"),
        I(Op.Srl, "srl rd, rs1, rs2", "0000000 rs2 rs1 101 rd 0110011"),
        I(Op.Sra, "sra rd, rs1, rs2", "0100000 rs2 rs1 101 rd 0110011"),
        I(Op.Or, "or rd, rs1, rs2", "0000000 rs2 rs1 110 rd 0110011"),
        I(Op.And, "and rd, rs1, rs2", "0000000 rs2 rs1 111 rd 0110011"),
        I64(Op.Addiw, "addiw rd, rs1, imm", "imm[11:0] rs1 000 rd 0011011"),
        I64(Op.Slliw, "slliw rd, rs1, imm", "0000000 uimm[4:0] rs1 001 rd 0011011"),
        I64(Op.Srliw, "srliw rd, rs1, imm", "0000000 uimm[4:0] rs1 101 rd 0011011"),
        I64(Op.Sraiw, "sraiw rd, rs1, imm", "0100000 uimm[4:0] rs1 101 rd 0011011"),
        I64(Op.Addw, "addw rd, rs1, rs2", "0000000 rs2 rs1 000 rd 0111011"),
        I64(Op.Subw, "subw rd, rs1, rs2", "0100000 rs2 rs1 000 rd 0111011"),
        I64(Op.Sllw, "sllw rd, rs1, rs2", "0000000 rs2 rs1 001 rd 0111011"),
        I64(Op.Srlw, "srlw rd, rs1, rs2", "0000000 rs2 rs1 101 rd 0111011"),
        I64(Op.Sraw, "sraw rd, rs1, rs2", "0100000 rs2 rs1 101 rd 0111011"),
        I(Op.Fence, "fence", "---- ---- ---- ----- 000 ----- 0001111"),
    ];

    private static Encoding I(Op op, string assembly, string bits) => Row(op, assembly, bits, Extensions.I);

    private static Encoding I32(Op op, string assembly, string bits) => Row(op, assembly, bits, Extensions.I, 32);

    private static Encoding I64(Op op, string assembly, string bits) => Row(op, assembly, bits, Extensions.I, 64);
}
