// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

internal static partial class EncodingTable
{
    private static Encoding[] Privileged() =>
    [
        I(Op.FenceI, "fence.i", "------------ ----- 001 ----- 0001111"),
        I(Op.Csrrw, "csrrw rd, csr, rs1", "csr rs1 001 rd 1110011"),
        I(Op.Csrrs, "csrrs rd, csr, rs1", "csr rs1 010 rd 1110011"),
        I(Op.Csrrc, "csrrc rd, csr, rs1", "csr rs1 011 rd 1110011"),
        I(Op.Csrrwi, "csrrwi rd, csr, zimm", "csr zimm 101 rd 1110011"),
        I(Op.Csrrsi, "csrrsi rd, csr, zimm", "csr zimm 110 rd 1110011"),
        I(Op.Csrrci, "csrrci rd, csr, zimm", "csr zimm 111 rd 1110011"),
        I(Op.Ecall, "ecall", "000000000000 00000 000 00000 1110011"),
        I(Op.Ebreak, "ebreak", "000000000001 00000 000 00000 1110011"),
        I(Op.Mret, "mret", "001100000010 00000 000 00000 1110011"),
        I(Op.Wfi, "wfi", "000100000101 00000 000 00000 1110011"),
        Row(Op.Sret, "sret", "000100000010 00000 000 00000 1110011", Extensions.S),
        Row(Op.SfenceVma, "sfence.vma rs1, rs2", "0001001 rs2 rs1 000 00000 1110011", Extensions.S),
    ];
}
