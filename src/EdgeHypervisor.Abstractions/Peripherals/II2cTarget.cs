// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A target on an I2C bus.</summary>
public interface II2cTarget : IPeripheral
{
    /// <summary>The target's own address on its bus; a guest may know it under another one.</summary>
    ushort Address { get; }

    /// <summary>
    /// Performs one transaction: repeated starts between the messages, a stop at the end, nothing between. The messages'
    /// addresses are ignored: all go to this target.
    /// </summary>
    BusStatus Transfer(ReadOnlySpan<I2cMessage> messages);
}
