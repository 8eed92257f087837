// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>What an instruction does; several encodings may share one. The order matters: ranges are tested.</summary>
internal enum Op
{
    // What the decoder itself puts into a page.
    Undecoded, PageEnd, Straddle, Breakpoint, Region, Undefined, NoCoprocessor, WithPc, ToSp, ToPc,

    // Data processing. Arm A4.4: with an immediate, a register or a shifted register, and with or without flags.
    And, Bic, Orr, Orn, Eor, Tst, Teq, Mov, Mvn,
    Add, Adc, Sub, Sbc, Rsb, Cmp, Cmn,
    LslRegister, LsrRegister, AsrRegister, RorRegister, Mul,

    // Control flow.
    B, Beq, Bne, Bcs, Bcc, Bmi, Bpl, Bvs, Bvc, Bhi, Bls, Bge, Blt, Bgt, Ble,
    Cbz, Cbnz, Bl, BlxRegister, Bx, Tbb, Tbh, LoadPc, It,

    // Loads and stores: [rn + immediate], then [rn + rm shifted].
    Ldr, Ldrb, Ldrh, Ldrsb, Ldrsh, Str, Strb, Strh,
    LdrRegister, LdrbRegister, LdrhRegister, LdrsbRegister, LdrshRegister, StrRegister, StrbRegister, StrhRegister,

    // With write-back or unprivileged: Ra holds the plain form.
    LoadWriteBack, StoreWriteBack, LoadUnprivileged, StoreUnprivileged,
    Ldm, Stm, Ldrd, Strd,
    Ldrex, Ldrexb, Ldrexh, Strex, Strexb, Strexh, Clrex,

    // Computations of a register from up to three others; see Computation.
    Movt, Mla, Mls, Sdiv, Udiv, Clz, Rbit, Rev, Rev16, Revsh,
    Sxtb, Sxth, Uxtb, Uxth, Sxtab, Sxtah, Uxtab, Uxtah,
    Bfi, Bfc, Sbfx, Ubfx, Ssat, Usat,

    // Armv7E-M.
    Sxtb16, Uxtb16, Sxtab16, Uxtab16, Ssat16, Usat16, Pkhbt, Pkhtb, Sel,
    Qadd, Qdadd, Qsub, Qdsub,
    Sadd8, Sadd16, Sasx, Ssax, Ssub8, Ssub16,
    Qadd8, Qadd16, Qasx, Qsax, Qsub8, Qsub16,
    Shadd8, Shadd16, Shasx, Shsax, Shsub8, Shsub16,
    Uadd8, Uadd16, Uasx, Usax, Usub8, Usub16,
    Uqadd8, Uqadd16, Uqasx, Uqsax, Uqsub8, Uqsub16,
    Uhadd8, Uhadd16, Uhasx, Uhsax, Uhsub8, Uhsub16,
    Usad8, Usada8, Smul, Smla, Smulw, Smlaw, Smuad, Smlad, Smusd, Smlsd, Smmul, Smmla, Smmls,

    // Computations of two registers.
    Smull, Umull, Smlal, Umlal, Umaal, SmlalHalves, Smlald, Smlsld,

    // System.
    Nop, Barrier, SynchronizeCode, Wfi, Wfe, Sev, Svc, Bkpt, Mrs, Msr, Cps,

    // Floating point; see FloatUnit.
    Vldr, Vstr, Vldm, Vstm,
    VmovCoreToSingle, VmovSingleToCore, VmovCoreToTwoSingles, VmovTwoSinglesToCore,
    Vmrs, Vmsr,
    VmovImmediate, Vmov, Vabs, Vneg, Vsqrt, Vadd, Vsub, Vmul, Vnmul, Vdiv,
    Vmla, Vmls, Vnmla, Vnmls, Vfma, Vfms, Vfnma, Vfnms,
    Vcmp, Vcmpe, VcmpZero, VcmpeZero,
    VcvtToSigned, VcvtToUnsigned, VcvtFromSigned, VcvtFromUnsigned, VcvtSignedFixed, VcvtUnsignedFixed, VcvtFromFixed,
    VcvtPrecision, VcvtHalfToSingle, VcvtSingleToHalf,
    Vsel, Vmaxnm, Vminnm, Vrint,

    Count,
}
