// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device's end of an Ethernet segment: whole frames without preamble and check sequence. On the VM's turn only.</summary>
public interface INetPort
{
    /// <summary>The longest frame in bytes: header and 1,500 bytes of payload.</summary>
    const int MaximumFrameBytes = 1514;

    /// <summary>The six bytes by which the network knows this card; empty where the card may choose.</summary>
    ReadOnlySpan<byte> HardwareAddress => [];

    /// <summary>Sends a frame; never blocks, and drops it when there is no room, as Ethernet does.</summary>
    void Send(ReadOnlySpan<byte> frame);

    /// <summary>Takes the next received frame, if there is one. A device takes only what it has a buffer for.</summary>
    /// <param name="buffer">At least <see cref="MaximumFrameBytes"/>.</param>
    /// <param name="lengthBytes">The frame's length.</param>
    bool TryReceive(Span<byte> buffer, out int lengthBytes);

    /// <summary>Who hears that frames have come; one handler, set once, called on the VM's turn, never from <see cref="Send"/>.</summary>
    void OnReadable(Action handler);
}
