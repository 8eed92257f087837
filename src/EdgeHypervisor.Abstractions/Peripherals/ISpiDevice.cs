// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device behind one SPI chip select.</summary>
public interface ISpiDevice : IPeripheral
{
    /// <summary>Full duplex: clocks the data out, puts what came in in its place.</summary>
    BusStatus Transfer(Span<byte> data, SpiSettings settings, bool keepSelected);

    /// <summary>Ends a transaction that was kept selected.</summary>
    void Deselect();
}
