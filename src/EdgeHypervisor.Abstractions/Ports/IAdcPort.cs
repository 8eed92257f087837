// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device's end of an analogue input. On the VM's turn only.</summary>
public interface IAdcPort
{
    /// <summary>Samples the input.</summary>
    /// <param name="completed">Gets the voltage in microvolts, on the VM's turn: before this returns, or later.</param>
    void Sample(Action<BusStatus, long> completed);
}
