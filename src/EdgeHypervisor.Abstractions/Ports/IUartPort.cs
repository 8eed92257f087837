// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device's end of a serial line. On the VM's turn only.</summary>
public interface IUartPort
{
    /// <summary>Sends a byte; never blocks, the host's side has the buffers.</summary>
    void Send(byte value);

    /// <summary>Takes the next received byte, if there is one. A device takes only what its FIFO has room for.</summary>
    bool TryReceive(out byte value);

    /// <summary>Who hears that bytes have come; one handler, set once, called on the VM's turn.</summary>
    void OnReadable(Action handler);
}
