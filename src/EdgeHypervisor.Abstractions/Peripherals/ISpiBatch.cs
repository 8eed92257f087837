// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of an SPI device: several transfers as one, with nothing between them that could take time: the chip stays
/// selected from the first to the last.
/// </summary>
public interface ISpiBatch
{
    /// <summary>Full duplex: clocks each part out, puts what came in in its place; then deselects.</summary>
    BusStatus Transfer(ReadOnlySpan<SpiPart> parts);
}

/// <summary>One transfer of several.</summary>
/// <param name="Data">What to send, and the room for what comes.</param>
/// <param name="Settings">Word size and clock of this part; the mode and bit order are those of the first part.</param>
public readonly record struct SpiPart(Memory<byte> Data, SpiSettings Settings);
