// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// The way from a core to everything that is not RAM (it reaches RAM too). Values are little-endian numbers in the low
/// bits, the rest zero. Called on the VM's turn.
/// </summary>
public interface IBus
{
    /// <summary>Reads; false is a bus error, which the core turns into its access fault.</summary>
    bool TryRead(ulong address, AccessWidth width, out ulong value);

    /// <summary>Writes; false is a bus error.</summary>
    bool TryWrite(ulong address, AccessWidth width, ulong value);
}
