// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    private static Encoding[] Single() =>
    [
        F(Op.Flw, "flw fd, imm(rs1)", "imm[11:0] rs1 010 fd 0000111"),
        F(Op.Fsw, "fsw fs2, imm(rs1)", "imm[11:5] fs2 rs1 010 imm[4:0] 0100111"),
        F(Op.FmaddS, "fmadd.s fd, fs1, fs2, fs3", "fs3 00 fs2 fs1 rm fd 1000011"),
        F(Op.FmsubS, "fmsub.s fd, fs1, fs2, fs3", "fs3 00 fs2 fs1 rm fd 1000111"),
        F(Op.FnmsubS, "fnmsub.s fd, fs1, fs2, fs3", "fs3 00 fs2 fs1 rm fd 1001011"),
        F(Op.FnmaddS, "fnmadd.s fd, fs1, fs2, fs3", "fs3 00 fs2 fs1 rm fd 1001111"),
        F(Op.FaddS, "fadd.s fd, fs1, fs2", "0000000 fs2 fs1 rm fd 1010011"),
        F(Op.FsubS, "fsub.s fd, fs1, fs2", "0000100 fs2 fs1 rm fd 1010011"),
        F(Op.FmulS, "fmul.s fd, fs1, fs2", "0001000 fs2 fs1 rm fd 1010011"),
        F(Op.FdivS, "fdiv.s fd, fs1, fs2", "0001100 fs2 fs1 rm fd 1010011"),
        F(Op.FsqrtS, "fsqrt.s fd, fs1", "0101100 00000 fs1 rm fd 1010011"),
        F(Op.FsgnjS, "fsgnj.s fd, fs1, fs2", "0010000 fs2 fs1 000 fd 1010011"),
        F(Op.FsgnjnS, "fsgnjn.s fd, fs1, fs2", "0010000 fs2 fs1 001 fd 1010011"),
        F(Op.FsgnjxS, "fsgnjx.s fd, fs1, fs2", "0010000 fs2 fs1 010 fd 1010011"),
        F(Op.FminS, "fmin.s fd, fs1, fs2", "0010100 fs2 fs1 000 fd 1010011"),
        F(Op.FmaxS, "fmax.s fd, fs1, fs2", "0010100 fs2 fs1 001 fd 1010011"),
        F(Op.FcvtWS, "fcvt.w.s rd, fs1", "1100000 00000 fs1 rm rd 1010011"),
        F(Op.FcvtSW, "fcvt.s.w fd, rs1", "1101000 00000 rs1 rm fd 1010011"),
        F(Op.FcvtWuS, "fcvt.wu.s rd, fs1", "1100000 00001 fs1 rm rd 1010011"),
        F(Op.FcvtSWu, "fcvt.s.wu fd, rs1", "1101000 00001 rs1 rm fd 1010011"),
        F(Op.FcvtLS, "fcvt.l.s rd, fs1", "1100000 00010 fs1 rm rd 1010011", 64),
        F(Op.FcvtSL, "fcvt.s.l fd, rs1", "1101000 00010 rs1 rm fd 1010011", 64),
        F(Op.FcvtLuS, "fcvt.lu.s rd, fs1", "1100000 00011 fs1 rm rd 1010011", 64),
        F(Op.FcvtSLu, "fcvt.s.lu fd, rs1", "1101000 00011 rs1 rm fd 1010011", 64),
        F(Op.FmvXW, "fmv.x.w rd, fs1", "1110000 00000 fs1 000 rd 1010011"),
        F(Op.FmvWX, "fmv.w.x fd, rs1", "1111000 00000 rs1 000 fd 1010011"),
        F(Op.FeqS, "feq.s rd, fs1, fs2", "1010000 fs2 fs1 010 rd 1010011"),
        F(Op.FltS, "flt.s rd, fs1, fs2", "1010000 fs2 fs1 001 rd 1010011"),
        F(Op.FleS, "fle.s rd, fs1, fs2", "1010000 fs2 fs1 000 rd 1010011"),
        F(Op.FclassS, "fclass.s rd, fs1", "1110000 00000 fs1 001 rd 1010011"),
    ];

    private static Encoding F(Op op, string assembly, string bits, int xlen = 0) => Row(op, assembly, bits, Extensions.F, xlen);
}
