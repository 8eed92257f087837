// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device with numbered interrupt inputs, to which a machine description wires others: <c>irq: plic/10</c>.</summary>
public interface IInterruptController : IDevice
{
    /// <summary>An input; null when the controller has no such number.</summary>
    IInterruptLine? FindInput(int number);
}
