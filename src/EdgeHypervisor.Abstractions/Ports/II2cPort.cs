// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// A device's end of an I2C bus: whole transactions, which nothing can come between. On the VM's turn only.
/// Controllers that work byte by byte assemble them.
/// </summary>
public interface II2cPort
{
    /// <summary>
    /// Performs the messages in order with repeated starts between and one stop at the end. One at a time.
    /// </summary>
    /// <param name="messages">Belongs to the port until completion; data read stands in the read messages then.</param>
    /// <param name="completed">Called once on the VM's turn: before this returns, or later when the bus is slow.</param>
    void Transfer(IReadOnlyList<I2cMessage> messages, Action<BusStatus> completed);
}
