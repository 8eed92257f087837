// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A device's end of one SPI chip select. On the VM's turn only.</summary>
public interface ISpiPort
{
    /// <summary>
    /// Clocks <paramref name="data"/> out and puts what came in in its place. One at a time.
    /// </summary>
    /// <param name="data">Belongs to the port until completion. Words of more than 8 bits are little-endian.</param>
    /// <param name="settings">Mode, clock and word size.</param>
    /// <param name="keepSelected">Leave the chip selected at the end: more of the same transaction follows.</param>
    /// <param name="completed">Called once on the VM's turn: before this returns, or later.</param>
    void Transfer(Memory<byte> data, SpiSettings settings, bool keepSelected, Action<BusStatus> completed);

    /// <summary>Ends a transaction that was kept selected.</summary>
    void Deselect();
}
