// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    // The aq and rl bits order memory for other harts; one hart sees its own accesses in order.
    private static Encoding[] Atomic() =>
    [
        A(Op.LrW, "lr.w rd, (rs1)", "00010 -- 00000 rs1 010 rd 0101111"),
        A(Op.ScW, "sc.w rd, rs2, (rs1)", "00011 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmoswapW, "amoswap.w rd, rs2, (rs1)", "00001 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmoaddW, "amoadd.w rd, rs2, (rs1)", "00000 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmoxorW, "amoxor.w rd, rs2, (rs1)", "00100 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmoandW, "amoand.w rd, rs2, (rs1)", "01100 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmoorW, "amoor.w rd, rs2, (rs1)", "01000 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmominW, "amomin.w rd, rs2, (rs1)", "10000 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmomaxW, "amomax.w rd, rs2, (rs1)", "10100 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmominuW, "amominu.w rd, rs2, (rs1)", "11000 -- rs2 rs1 010 rd 0101111"),
        A(Op.AmomaxuW, "amomaxu.w rd, rs2, (rs1)", "11100 -- rs2 rs1 010 rd 0101111"),
        A(Op.LrD, "lr.d rd, (rs1)", "00010 -- 00000 rs1 011 rd 0101111", 64),
        A(Op.ScD, "sc.d rd, rs2, (rs1)", "00011 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmoswapD, "amoswap.d rd, rs2, (rs1)", "00001 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmoaddD, "amoadd.d rd, rs2, (rs1)", "00000 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmoxorD, "amoxor.d rd, rs2, (rs1)", "00100 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmoandD, "amoand.d rd, rs2, (rs1)", "01100 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmoorD, "amoor.d rd, rs2, (rs1)", "01000 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmominD, "amomin.d rd, rs2, (rs1)", "10000 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmomaxD, "amomax.d rd, rs2, (rs1)", "10100 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmominuD, "amominu.d rd, rs2, (rs1)", "11000 -- rs2 rs1 011 rd 0101111", 64),
        A(Op.AmomaxuD, "amomaxu.d rd, rs2, (rs1)", "11100 -- rs2 rs1 011 rd 0101111", 64),
    ];

    private static Encoding A(Op op, string assembly, string bits, int xlen = 0) => Row(op, assembly, bits, Extensions.A, xlen);
}
