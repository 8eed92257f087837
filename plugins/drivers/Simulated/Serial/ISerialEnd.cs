// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The other end of a simulated serial line.</summary>
internal interface ISerialEnd : IDisposable
{
    /// <summary>Who gets what comes from the other end; set once, before anything comes.</summary>
    SerialReceiver? Received { get; set; }

    /// <summary>Where the other end is to be found, for people.</summary>
    string Place { get; }

    /// <summary>Who has connected so far; 0 where nobody connects.</summary>
    int Connections => 0;

    /// <summary>Sends as much as the other end takes in reasonable time; the rest is lost, as on a wire.</summary>
    void Write(ReadOnlySpan<byte> data);
}
