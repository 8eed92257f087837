// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device's end of a digital line. On the VM's turn only.</summary>
public interface IGpioPort
{
    /// <summary>The level of the line as this VM has seen it: every change of it came, or comes, through the edge handler.</summary>
    bool Level { get; }

    /// <summary>Direction, bias and drive. An output starts with the level last given to <see cref="Drive"/>.</summary>
    void Configure(GpioMode mode);

    /// <summary>The level to drive. Remembered while the port is not an output.</summary>
    void Drive(bool level);

    /// <summary>Who hears of changes of an input; one handler, set once, called on the VM's turn in the order of the edges.</summary>
    void OnEdge(Action<GpioEdge> handler);
}
