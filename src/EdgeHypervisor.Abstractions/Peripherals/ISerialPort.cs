// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A serial port: a tty, a pty, a TCP connection.</summary>
public interface ISerialPort : IPeripheral
{
    /// <summary>Sends; may block for as long as the line takes.</summary>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Who gets what is received, from any thread; the span is the handler's for the call only.</summary>
    void OnReceive(SerialReceiver handler);
}

/// <summary>Gets received bytes.</summary>
public delegate void SerialReceiver(ReadOnlySpan<byte> data);
