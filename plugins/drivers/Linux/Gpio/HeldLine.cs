// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>One of the lines behind a descriptor: what it is set to, and who hears of it.</summary>
internal sealed class HeldLine(uint offset)
{
    public uint Offset { get; } = offset;

    public GpioUapi.Flags Flags { get; set; }

    public uint DebounceUs { get; set; }

    public Action<GpioEdge>? Handler { get; set; }

    /// <summary>Whether an edge has been seen since the watch began, and the number that the next one will have if none is lost.</summary>
    public bool HasSequence { get; set; }

    public uint NextSequence { get; set; }
}
