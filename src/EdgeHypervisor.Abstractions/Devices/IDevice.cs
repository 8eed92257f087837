// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A virtual device of a machine.</summary>
public interface IDevice : ISnapshottable
{
    /// <summary>Back to the state after power-on; drives all outputs anew.</summary>
    void Reset();

    /// <summary>
    /// Whether a transaction with the outside world is open (a selected chip, an I2C transfer under way) that a move
    /// would break. It can be saved all the same; whoever saves may wait a moment for a better one.
    /// </summary>
    bool InTransaction => false;
}
