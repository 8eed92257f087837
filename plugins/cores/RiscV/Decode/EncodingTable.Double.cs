// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    private static Encoding[] Double() =>
    [
        D(Op.Fld, "fld fd, imm(rs1)", "imm[11:0] rs1 011 fd 0000111"),
        D(Op.Fsd, "fsd fs2, imm(rs1)", "imm[11:5] fs2 rs1 011 imm[4:0] 0100111"),
        D(Op.FmaddD, "fmadd.d fd, fs1, fs2, fs3", "fs3 01 fs2 fs1 rm fd 1000011"),
        D(Op.FmsubD, "fmsub.d fd, fs1, fs2, fs3", "fs3 01 fs2 fs1 rm fd 1000111"),
        D(Op.FnmsubD, "fnmsub.d fd, fs1, fs2, fs3", "fs3 01 fs2 fs1 rm fd 1001011"),
        D(Op.FnmaddD, "fnmadd.d fd, fs1, fs2, fs3", "fs3 01 fs2 fs1 rm fd 1001111"),
        D(Op.FaddD, "fadd.d fd, fs1, fs2", "0000001 fs2 fs1 rm fd 1010011"),
        D(Op.FsubD, "fsub.d fd, fs1, fs2", "0000101 fs2 fs1 rm fd 1010011"),
        D(Op.FmulD, "fmul.d fd, fs1, fs2", "0001001 fs2 fs1 rm fd 1010011"),
        D(Op.FdivD, "fdiv.d fd, fs1, fs2", "0001101 fs2 fs1 rm fd 1010011"),
        D(Op.FsqrtD, "fsqrt.d fd, fs1", "0101101 00000 fs1 rm fd 1010011"),
        D(Op.FsgnjD, "fsgnj.d fd, fs1, fs2", "0010001 fs2 fs1 000 fd 1010011"),
        D(Op.FsgnjnD, "fsgnjn.d fd, fs1, fs2", "0010001 fs2 fs1 001 fd 1010011"),
        D(Op.FsgnjxD, "fsgnjx.d fd, fs1, fs2", "0010001 fs2 fs1 010 fd 1010011"),
        D(Op.FminD, "fmin.d fd, fs1, fs2", "0010101 fs2 fs1 000 fd 1010011"),
        D(Op.FmaxD, "fmax.d fd, fs1, fs2", "0010101 fs2 fs1 001 fd 1010011"),
        D(Op.FcvtSD, "fcvt.s.d fd, fs1", "0100000 00001 fs1 rm fd 1010011"),
        D(Op.FcvtDS, "fcvt.d.s fd, fs1", "0100001 00000 fs1 rm fd 1010011"),
        D(Op.FcvtWD, "fcvt.w.d rd, fs1", "1100001 00000 fs1 rm rd 1010011"),
        D(Op.FcvtDW, "fcvt.d.w fd, rs1", "1101001 00000 rs1 rm fd 1010011"),
        D(Op.FcvtWuD, "fcvt.wu.d rd, fs1", "1100001 00001 fs1 rm rd 1010011"),
        D(Op.FcvtDWu, "fcvt.d.wu fd, rs1", "1101001 00001 rs1 rm fd 1010011"),
        D(Op.FcvtLD, "fcvt.l.d rd, fs1", "1100001 00010 fs1 rm rd 1010011", 64),
        D(Op.FcvtDL, "fcvt.d.l fd, rs1", "1101001 00010 rs1 rm fd 1010011", 64),
        D(Op.FcvtLuD, "fcvt.lu.d rd, fs1", "1100001 00011 fs1 rm rd 1010011", 64),
        D(Op.FcvtDLu, "fcvt.d.lu fd, rs1", "1101001 00011 rs1 rm fd 1010011", 64),
        D(Op.FmvXD, "fmv.x.d rd, fs1", "1110001 00000 fs1 000 rd 1010011", 64),
        D(Op.FmvDX, "fmv.d.x fd, rs1", "1111001 00000 rs1 000 fd 1010011", 64),
        D(Op.FeqD, "feq.d rd, fs1, fs2", "1010001 fs2 fs1 010 rd 1010011"),
        D(Op.FltD, "flt.d rd, fs1, fs2", "1010001 fs2 fs1 001 rd 1010011"),
        D(Op.FleD, "fle.d rd, fs1, fs2", "1010001 fs2 fs1 000 rd 1010011"),
        D(Op.FclassD, "fclass.d rd, fs1", "1110001 00000 fs1 001 rd 1010011"),
    ];

    private static Encoding D(Op op, string assembly, string bits, int xlen = 0) => Row(op, assembly, bits, Extensions.D, xlen);
}
