// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM;

/// <summary>An instruction as the translator takes it: with what its place in the program says, and an object, see <see cref="TranslationUnit{TInstruction}"/>.</summary>
/// <param name="Decoded">The instruction: distances in bytes, r15 as an operand allowed.</param>
/// <param name="It">ITSTATE for it; 0 outside of IT blocks.</param>
/// <param name="LiveAfter">The flags that somebody may still read before they are set again, should the region end here.</param>
/// <param name="LoadsConstantAddress">Whether it likely sets a register to an address in the memory that it lies in.</param>
internal sealed record TranslatedInstruction(Instruction Decoded, byte It, Flags LiveAfter, bool LoadsConstantAddress);

/// <summary>Condition flags as far as they are written together.</summary>
[Flags]
internal enum Flags : byte
{
    None = 0,
    NZ = 1,
    C = 2,
    V = 4,
    All = NZ | C | V,
}

/// <summary>Which flags instructions read and write.</summary>
internal static class FlagUse
{
    /// <summary>The flags of a condition.</summary>
    public static Flags OfCondition(uint condition) => (condition >> 1) switch
    {
        0 or 2 => Flags.NZ,
        1 => Flags.C,
        3 => Flags.V,
        4 => Flags.C | Flags.NZ,
        5 or 6 => Flags.NZ | Flags.V,
        _ => Flags.None,
    };

    /// <summary>What an instruction reads, its own condition aside.</summary>
    public static Flags Reads(in Instruction i) => i.Op switch
    {
        Op.Adc or Op.Sbc => Flags.C,
        >= Op.And and <= Op.Cmn when i.Kind == HandlerIndex.Shifted && i.ShiftKind == ShiftKind.Rrx => Flags.C,
        >= Op.LslRegister and <= Op.RorRegister when i.SetsFlags => Flags.C,
        >= Op.Beq and <= Op.Ble => OfCondition((uint)(i.Op - Op.Beq)),
        Op.Vsel or Op.Mrs or Op.ToSp or Op.ToPc => Flags.All,
        _ => Flags.None,
    };

    /// <summary>
    /// What an instruction reads with its condition, by ITSTATE; 0: it has none. One that leads elsewhere when its condition
    /// holds leaves all flags to whoever is there.
    /// </summary>
    public static Flags ReadsUnder(uint it, in Instruction i)
    {
        if (it == 0) return Reads(i);
        return LeavesUnderCondition(i) ? Flags.All : Reads(i) | OfCondition(it >> 4);
    }

    /// <summary>Whether an instruction in an IT block leads elsewhere, and not by the branch that ends the block.</summary>
    public static bool LeavesUnderCondition(in Instruction i) => i.Op != Op.B && CortexMEmitter.EndsBlock(i);

    /// <summary>What an instruction sets for sure.</summary>
    public static Flags Writes(in Instruction i, bool isConditional)
    {
        if (isConditional) return Flags.None;
        if (i.Op == Op.Vmrs && i.Rd == 15) return Flags.All;
        if (!i.SetsFlags) return Flags.None;
        return i.Op switch
        {
            >= Op.And and <= Op.Mvn => Flags.NZ | (LeavesCarry(i) ? Flags.None : Flags.C),
            >= Op.Add and <= Op.Cmn => Flags.All,
            >= Op.LslRegister and <= Op.RorRegister => Flags.NZ | Flags.C,
            Op.Mul => Flags.NZ,
            _ => Flags.None,
        };
    }

    /// <summary>Whether a logical instruction that sets flags leaves the carry as it is.</summary>
    public static bool LeavesCarry(in Instruction i) => i.Kind == HandlerIndex.Register || (i.Kind == HandlerIndex.Immediate && i.Shift == 0);
}
