// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A VM cannot do in its present state what it was asked for.</summary>
/// <param name="vm">The VM's name.</param>
/// <param name="asked">What it was asked for: <c>resume</c>.</param>
/// <param name="status">Where it is.</param>
/// <param name="instead">What would work.</param>
public sealed class VmStateException(string vm, string asked, VmStatus status, string instead)
    : Exception($"VM {vm}: cannot {asked}: it is {status}; {instead}")
{
    /// <summary>Where it is.</summary>
    public VmStatus Status { get; } = status;
}
