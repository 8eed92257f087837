// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// One interrupt wire. Its level is a pure function of its driver's state, driven anew after every change; an edge is
/// the receiver's business. On the VM's turn only.
/// </summary>
public interface IInterruptLine
{
    /// <summary>Sets the level; driving the same level again changes nothing.</summary>
    void Drive(bool level);
}
