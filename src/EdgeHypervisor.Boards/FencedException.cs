// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Boards;

/// <summary>A VM may not drive its outputs: another epoch of it does, or did.</summary>
/// <param name="virtualMachine">The VM's name.</param>
/// <param name="epoch">The epoch that was refused.</param>
/// <param name="highest">The highest epoch that this board has seen.</param>
public sealed class FencedException(string virtualMachine, ulong epoch, ulong highest)
    : Exception($"VM {virtualMachine}: epoch {epoch} may not drive outputs; this board has seen epoch {highest}")
{
    /// <summary>The epoch that was refused.</summary>
    public ulong Epoch { get; } = epoch;

    /// <summary>The highest epoch that this board has seen.</summary>
    public ulong Highest { get; } = highest;
}
