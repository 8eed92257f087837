// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>An instruction as the translator takes it: an object, see <see cref="TranslationUnit{TInstruction}"/>.</summary>
/// <param name="decoded">The instruction: distances in bytes.</param>
internal sealed class TranslatedInstruction(Instruction decoded)
{
    public readonly Instruction Decoded = WithoutSumOfZero(decoded);

    // A copy is ADDI by nothing, or, compressed, ADD to x0 (C.MV; unprivileged specification, "C", integer register-register operations): here all are the first.
    private static Instruction WithoutSumOfZero(Instruction decoded)
    {
        if (decoded.Op != Op.Add || (decoded.Rs1 != 0 && decoded.Rs2 != 0)) return decoded;
        decoded.Handler = (ushort)(decoded.Handler & HandlerIndex.Compressed | HandlerIndex.Of(Op.Addi, 0));
        (decoded.Rs1, decoded.Immediate) = ((byte)(decoded.Rs1 | decoded.Rs2), 0);
        return decoded;
    }
}
