// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A serial port under test and the other end of its wire.</summary>
public interface ISerialRig : IDisposable
{
    /// <summary>The port, opened.</summary>
    ISerialPort Port { get; }

    /// <summary>The other end; reading waits for something to come.</summary>
    Stream OtherEnd { get; }
}
