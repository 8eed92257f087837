// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>A core or device in its machine.</summary>
internal sealed class MachinePart<TPart>(ComponentInfo info, TPart part)
{
    public ComponentInfo Info { get; } = info;

    public TPart Part { get; } = part;

    /// <summary>A core that has said it waits for an interrupt. Not state: it says so again when run.</summary>
    public bool IsWaiting { get; set; }
}
