// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    private static Encoding[] Multiply() =>
    [
        M(Op.Mul, "mul rd, rs1, rs2", "0000001 rs2 rs1 000 rd 0110011"),
        M(Op.Mulh, "mulh rd, rs1, rs2", "0000001 rs2 rs1 001 rd 0110011"),
        M(Op.Mulhsu, "mulhsu rd, rs1, rs2", "0000001 rs2 rs1 010 rd 0110011"),
        M(Op.Mulhu, "mulhu rd, rs1, rs2", "0000001 rs2 rs1 011 rd 0110011"),
        M(Op.Div, "div rd, rs1, rs2", "0000001 rs2 rs1 100 rd 0110011"),
        M(Op.Divu, "divu rd, rs1, rs2", "0000001 rs2 rs1 101 rd 0110011"),
        M(Op.Rem, "rem rd, rs1, rs2", "0000001 rs2 rs1 110 rd 0110011"),
        M(Op.Remu, "remu rd, rs1, rs2", "0000001 rs2 rs1 111 rd 0110011"),
        M(Op.Mulw, "mulw rd, rs1, rs2", "0000001 rs2 rs1 000 rd 0111011", 64),
        M(Op.Divw, "divw rd, rs1, rs2", "0000001 rs2 rs1 100 rd 0111011", 64),
        M(Op.Divuw, "divuw rd, rs1, rs2", "0000001 rs2 rs1 101 rd 0111011", 64),
        M(Op.Remw, "remw rd, rs1, rs2", "0000001 rs2 rs1 110 rd 0111011", 64),
        M(Op.Remuw, "remuw rd, rs1, rs2", "0000001 rs2 rs1 111 rd 0111011", 64),
    ];

    private static Encoding M(Op op, string assembly, string bits, int xlen = 0) => Row(op, assembly, bits, Extensions.M, xlen);
}
