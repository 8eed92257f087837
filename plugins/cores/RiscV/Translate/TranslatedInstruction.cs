// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>An instruction as the translator takes it: an object, see <see cref="TranslationUnit{TInstruction}"/>.</summary>
/// <param name="decoded">The instruction: distances in bytes.</param>
internal sealed class TranslatedInstruction(Instruction decoded)
{
    public readonly Instruction Decoded = decoded;
}
