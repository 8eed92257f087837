// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV.Tests;

/// <summary>
/// Instruction words by their formats, written from the manual and not from the core's table, so that the one checks
/// the other.
/// </summary>
internal static class Assembler
{
    public const int Zero = 0, Ra = 1, Sp = 2, T0 = 5, T1 = 6, T2 = 7, A0 = 10, A1 = 11, A2 = 12, A3 = 13, A4 = 14;

    public const uint Ecall = 0x0000_0073, Ebreak = 0x0010_0073, Mret = 0x3020_0073, Wfi = 0x1050_0073, FenceI = 0x0000_100F;

    public static uint R(int opcode, int funct3, int funct7, int rd, int rs1, int rs2) =>
        (uint)(funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode);

    public static uint I(int opcode, int funct3, int rd, int rs1, int immediate) =>
        (uint)(immediate << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode);

    public static uint S(int funct3, int rs1, int rs2, int immediate) =>
        (uint)((immediate >> 5 & 0x7F) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (immediate & 31) << 7 | 0x23);

    public static uint B(int funct3, int rs1, int rs2, int distance) =>
        (uint)((distance >> 12 & 1) << 31 | (distance >> 5 & 63) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12
            | (distance >> 1 & 15) << 8 | (distance >> 11 & 1) << 7 | 0x63);

    public static uint Jal(int rd, int distance) =>
        (uint)((distance >> 20 & 1) << 31 | (distance >> 1 & 0x3FF) << 21 | (distance >> 11 & 1) << 20
            | (distance >> 12 & 0xFF) << 12 | rd << 7 | 0x6F);

    public static uint Lui(int rd, uint upper) => upper << 12 | (uint)rd << 7 | 0x37;

    public static uint Auipc(int rd, uint upper) => upper << 12 | (uint)rd << 7 | 0x17;

    public static uint Jalr(int rd, int rs1, int immediate) => I(0x67, 0, rd, rs1, immediate);

    public static uint Addi(int rd, int rs1, int immediate) => I(0x13, 0, rd, rs1, immediate);

    public static uint Add(int rd, int rs1, int rs2) => R(0x33, 0, 0, rd, rs1, rs2);

    public static uint Lw(int rd, int rs1, int offset) => I(0x03, 2, rd, rs1, offset);

    public static uint Ld(int rd, int rs1, int offset) => I(0x03, 3, rd, rs1, offset);

    public static uint Sb(int rs2, int rs1, int offset) => S(0, rs1, rs2, offset);

    public static uint Sw(int rs2, int rs1, int offset) => S(2, rs1, rs2, offset);

    public static uint Sd(int rs2, int rs1, int offset) => S(3, rs1, rs2, offset);

    public static uint Beq(int rs1, int rs2, int distance) => B(0, rs1, rs2, distance);

    public static uint Bne(int rs1, int rs2, int distance) => B(1, rs1, rs2, distance);

    public static uint Csrrw(int rd, int csr, int rs1) => I(0x73, 1, rd, rs1, csr);

    public static uint Csrrs(int rd, int csr, int rs1) => I(0x73, 2, rd, rs1, csr);

    public static uint Csrrwi(int rd, int csr, int immediate) => I(0x73, 5, rd, immediate, csr);

    public static uint Amo(int funct5, bool isDouble, int rd, int rs1, int rs2) =>
        R(0x2F, isDouble ? 3 : 2, funct5 << 2, rd, rs1, rs2);
}
