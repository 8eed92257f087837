// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Something that a traced guest did.</summary>
/// <param name="Kind">What.</param>
/// <param name="TimeNs">Guest time.</param>
/// <param name="Core">Index of the core that did it.</param>
/// <param name="Pc">The instruction that did it; of a trap <see cref="TrapInfo.From"/>.</param>
public readonly record struct TraceEvent(TraceEventKind Kind, long TimeNs, int Core, ulong Pc)
{
    /// <summary>The instruction.</summary>
    public InstructionBits Instruction { get; init; }

    /// <summary>The trap.</summary>
    public TrapInfo Trap { get; init; }

    /// <summary>The device that was reached.</summary>
    public string? Device { get; init; }

    /// <summary>The offset in its window.</summary>
    public uint Offset { get; init; }

    /// <summary>How wide the access was.</summary>
    public AccessWidth Width { get; init; }

    /// <summary>What was read or written; of <see cref="TraceEventKind.Lost"/> how many are missing.</summary>
    public ulong Value { get; init; }
}
