// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>A peripheral's options, understood: what it is and how to open it.</summary>
internal interface IIotPart
{
    /// <summary>Peripherals with the same one are never used at the same moment; null: contends with nobody.</summary>
    string? Contention { get; }

    /// <summary>Opens it.</summary>
    IPeripheral Open(IDriverContext context, IIotHardware hardware);
}
