// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>
/// What an instruction does, whatever its encoding: a compressed instruction is the <see cref="Op"/> that it expands
/// to. <see cref="EncodingTable"/> says how each is written; interpreter and translator are keyed by this list.
/// </summary>
internal enum Op : ushort
{
    /// <summary>Not decoded yet. Zero, so that fresh memory says it.</summary>
    Undecoded,

    // What the interpreter itself needs.
    /// <summary>Behind the last instruction of a page: the next page goes on.</summary>
    PageEnd,

    /// <summary>The instruction's second half lies in the next page.</summary>
    Straddle,

    /// <summary>A debugger wants to stop here.</summary>
    Breakpoint,

    /// <summary>A translated region begins here; the immediate is the number of its entry.</summary>
    Region,

    /// <summary>Bits that mean nothing; the immediate holds them.</summary>
    Illegal,

    // I
    Lui, Auipc, Jal, Jalr,
    Beq, Bne, Blt, Bge, Bltu, Bgeu,
    Lb, Lh, Lw, Ld, Lbu, Lhu, Lwu,
    Sb, Sh, Sw, Sd,
    Addi, Slti, Sltiu, Xori, Ori, Andi, Slli, Srli, Srai,
    Add, Sub, Sll, Slt, Sltu, Xor, Srl, Sra, Or, And,
    Addiw, Slliw, Srliw, Sraiw, Addw, Subw, Sllw, Srlw, Sraw,
    Fence,

    // M
    Mul, Mulh, Mulhsu, Mulhu, Div, Divu, Rem, Remu,
    Mulw, Divw, Divuw, Remw, Remuw,

    // A
    LrW, ScW, AmoswapW, AmoaddW, AmoxorW, AmoandW, AmoorW, AmominW, AmomaxW, AmominuW, AmomaxuW,
    LrD, ScD, AmoswapD, AmoaddD, AmoxorD, AmoandD, AmoorD, AmominD, AmomaxD, AmominuD, AmomaxuD,

    // Zifencei, Zicsr and the privileged instructions
    FenceI,
    Csrrw, Csrrs, Csrrc, Csrrwi, Csrrsi, Csrrci,
    Ecall, Ebreak, Mret, Sret, Wfi, SfenceVma,

    // F
    Flw, Fsw,
    FmaddS, FmsubS, FnmsubS, FnmaddS,
    FaddS, FsubS, FmulS, FdivS, FsqrtS,
    FsgnjS, FsgnjnS, FsgnjxS, FminS, FmaxS,
    FcvtWS, FcvtWuS, FcvtLS, FcvtLuS,
    FmvXW, FeqS, FltS, FleS, FclassS,
    FcvtSW, FcvtSWu, FcvtSL, FcvtSLu, FmvWX,

    // D
    Fld, Fsd,
    FmaddD, FmsubD, FnmsubD, FnmaddD,
    FaddD, FsubD, FmulD, FdivD, FsqrtD,
    FsgnjD, FsgnjnD, FsgnjxD, FminD, FmaxD,
    FcvtSD, FcvtDS,
    FcvtWD, FcvtWuD, FcvtLD, FcvtLuD,
    FmvXD, FeqD, FltD, FleD, FclassD,
    FcvtDW, FcvtDWu, FcvtDL, FcvtDLu, FmvDX,

    // Zba
    Sh1add, Sh2add, Sh3add,
    AddUw, Sh1addUw, Sh2addUw, Sh3addUw, SlliUw,

    // Zbb
    Andn, Orn, Xnor, Clz, Ctz, Cpop, Max, Maxu, Min, Minu,
    SextB, SextH, ZextH, Rol, Ror, Rori, OrcB, Rev8,
    Clzw, Ctzw, Cpopw, Rolw, Rorw, Roriw,

    // Zbs
    Bclr, Bclri, Bext, Bexti, Binv, Binvi, Bset, Bseti,

    // Zicond
    CzeroEqz, CzeroNez,

    /// <summary>How many there are.</summary>
    Count,
}
