// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>A line under test and the outside of its pin.</summary>
public interface IGpioRig : IDisposable
{
    /// <summary>The line, opened.</summary>
    IGpioLine Line { get; }

    /// <summary>Opens the same line with other options, after closing it.</summary>
    IGpioLine Reopen(params (string Name, string Value)[] options);

    /// <summary>The electrical level as somebody outside measures it.</summary>
    bool Measure();

    /// <summary>Drives the pin from outside, electrically; null lets go.</summary>
    void DriveFromOutside(bool? level);

    /// <summary>Waits until edges that have happened have been told of.</summary>
    void Settle();

    /// <summary>The clock that the timestamps of edges are on, nanoseconds.</summary>
    long NowNs();

    /// <summary>What a write may cost in bytes of garbage: nothing, where the driver is all our own.</summary>
    long AllocatedBytesOfAWrite => 0;
}
