// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>An analogue input.</summary>
public interface IAdcChannel : IPeripheral
{
    /// <summary>Samples now; microvolts.</summary>
    long ReadMicrovolts();
}
