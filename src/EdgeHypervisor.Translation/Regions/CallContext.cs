// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>An inlined call: who called, and where it returns to. Without a parent it is the region's own level.</summary>
/// <param name="parent">The context of the caller.</param>
/// <param name="returnAddress">Where it returns to.</param>
/// <param name="callee">What is called.</param>
/// <param name="earlier">The context that came before in the region; null for the first, which is its own level.</param>
internal sealed class CallContext(CallContext? parent, ulong returnAddress, ulong callee, CallContext? earlier)
{
    public CallContext? Parent { get; } = parent;

    public ulong ReturnAddress { get; } = returnAddress;

    public ulong Callee { get; } = callee;

    public CallContext? Earlier { get; } = earlier;

    /// <summary>How many calls it stands in.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>Its place among the region's contexts.</summary>
    public int Number { get; } = earlier is null ? 0 : earlier.Number + 1;
}
