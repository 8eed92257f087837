// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A digital line. Levels are logical where the board says active-low.</summary>
public interface IGpioLine : IPeripheral
{
    /// <summary>The level now.</summary>
    bool Read();

    /// <summary>Sets the direction, bias and drive; an output comes up at <paramref name="initialLevel"/> without a glitch.</summary>
    void Configure(GpioMode mode, bool initialLevel);

    /// <summary>Drives an output. Fast: no allocation, one system call at most.</summary>
    void Write(bool level);

    /// <summary>
    /// Who hears of the edges of an input, in order, from any thread and quickly; null for nobody.
    /// Timestamps are the host's monotonic clock, the kernel's own where there is one.
    /// </summary>
    void Watch(Action<GpioEdge>? handler);
}
