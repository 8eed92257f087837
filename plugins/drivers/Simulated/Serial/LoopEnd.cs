// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>A wire from transmit to receive, or one that ends in the air.</summary>
internal sealed class LoopEnd(bool isOpen) : ISerialEnd
{
    public SerialReceiver? Received { get; set; }

    public string Place => isOpen ? "loopback" : "nowhere";

    public void Write(ReadOnlySpan<byte> data)
    {
        if (isOpen) Received?.Invoke(data);
    }

    public void Dispose()
    {
    }
}
