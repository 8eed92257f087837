// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A target with 256 registers of 8 bits that counts up, as most simple chips and EEPROMs are read.</summary>
public interface II2cRig : IDisposable
{
    /// <summary>The target, opened.</summary>
    II2cTarget Target { get; }

    /// <summary>A target on the same bus at an address where nobody is.</summary>
    II2cTarget Absent { get; }

    /// <summary>Waits until a write has been stored.</summary>
    void Settle();
}
