// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.InProcess;

/// <summary>What becomes of one message on its way from the broker to one subscriber.</summary>
/// <param name="Copies">How many times it arrives: 0 loses it, 2 doubles it.</param>
/// <param name="Delay">How much later it arrives, in the broker's time; messages behind it overtake it.</param>
public readonly record struct InProcessFault(int Copies, TimeSpan Delay)
{
    /// <summary>No fault.</summary>
    public static InProcessFault None => new(1, TimeSpan.Zero);

    /// <summary>The message is lost.</summary>
    public static InProcessFault Drop => new(0, TimeSpan.Zero);

    /// <summary>The message arrives twice.</summary>
    public static InProcessFault Duplicate => new(2, TimeSpan.Zero);

    /// <summary>The message arrives later.</summary>
    public static InProcessFault After(TimeSpan delay) => new(1, delay);
}
