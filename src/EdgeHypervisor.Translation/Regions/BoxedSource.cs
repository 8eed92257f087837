// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>A core's instructions as objects.</summary>
internal sealed class BoxedSource<TInstruction>(IInstructionSource<TInstruction> source) : IInstructionSource<Boxed<TInstruction>>
    where TInstruction : unmanaged
{
    public bool TryFetch(ulong address, out Boxed<TInstruction> instruction, out Flow flow)
    {
        var isThere = source.TryFetch(address, out var found, out flow);
        instruction = new Boxed<TInstruction>(found);
        return isThere;
    }

    public bool WasExecuted(ulong address) => source.WasExecuted(address);

    public IReadOnlyList<ulong> IndirectTargets(ulong address) => source.IndirectTargets(address);
}
