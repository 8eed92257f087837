// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.RiscV;

/// <summary>What a hart gives back while its guest sleeps.</summary>
internal sealed unsafe partial class RiscVCore : ITrimmable
{
    /// <inheritdoc/>
    /// <remarks>
    /// Decoded instructions and what was counted and learnt of them, unless some were hot enough for RyuJIT: those
    /// are not cheap to make again.
    /// </remarks>
    public void Trim()
    {
        if (Translator is { } translator && !translator.TryRelease()) return;
        Code.Release();
        Heat.Clear(_hart->Heat);
        Translator?.Targets.Clear();
    }
}
