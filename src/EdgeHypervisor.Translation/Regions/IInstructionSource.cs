// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// What the planner asks a core, on the VM's turn: the guest's instructions, decoded. The answers are copied into the
/// plan, so that the translation itself can run on another thread while the guest goes on.
/// </summary>
/// <typeparam name="TInstruction">The core's decoded instruction: plain data.</typeparam>
public interface IInstructionSource<TInstruction>
{
    /// <summary>The instruction at an address; false where there is none that may be executed.</summary>
    bool TryFetch(ulong address, out TInstruction instruction, out Flow flow);

    /// <summary>Whether the guest has been there. Paths never taken are left out, and the region exits to them.</summary>
    bool WasExecuted(ulong address);

    /// <summary>
    /// Where the indirect jump or call at an address has gone, the more frequent first as far as that is known. The
    /// region compares with these before it looks further; without them it always does.
    /// </summary>
    IReadOnlyList<ulong> IndirectTargets(ulong address) => [];
}
