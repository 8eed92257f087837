// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A core's decoded instruction as an object.</summary>
/// <remarks>
/// .NET's ahead-of-time compiler compiles generic code of this library for all objects alike, but not for the structs of cores, which
/// it does not see. Planning and translating would have to be compiled while the first guest waits for them, for each core anew.
/// </remarks>
/// <typeparam name="TInstruction">The instruction: plain data.</typeparam>
/// <param name="instruction">The instruction.</param>
internal sealed class Boxed<TInstruction>(TInstruction instruction)
    where TInstruction : unmanaged
{
    public readonly TInstruction Instruction = instruction;
}
