// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Several lines of one chip.</summary>
public interface IGpioGroup
{
    /// <summary>The lines, in the order in which they were asked for; the group ends when all are closed.</summary>
    IReadOnlyList<IGpioLine> Lines { get; }

    /// <summary>Drives those outputs whose bits are in the mask, all in one call; bit 0 is the first line. No allocation.</summary>
    void Write(ulong mask, ulong levels);
}
