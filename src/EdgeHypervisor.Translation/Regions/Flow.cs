// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>How an instruction passes control on.</summary>
/// <param name="Kind">Where to.</param>
/// <param name="LengthBytes">The instruction's length.</param>
/// <param name="Target">The target's address for branches, jumps and calls.</param>
public readonly record struct Flow(FlowKind Kind, byte LengthBytes, ulong Target = 0)
{
    /// <summary>Whether both are the same.</summary>
    public bool Equals(Flow other) => Kind == other.Kind && LengthBytes == other.LengthBytes && Target == other.Target;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Target ^ (int)Kind;

    /// <summary>Whether the instruction behind may be executed next.</summary>
    public bool FallsThrough => Kind is FlowKind.Next or FlowKind.Branch;
}
