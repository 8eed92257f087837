// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Where translated code finds a core's decoded instructions: a table in native memory with the first entry of each page of the
/// address space, null where none is known. A page has an entry of 16 bytes for each halfword, whose first word is zero while nothing
/// is decoded there, and before the first of them another that is zero for ever, as <see cref="DecodedPages"/> has it. An instruction has
/// its entry at its first halfword, and is two halfwords long at most.
/// </summary>
/// <param name="TableOffset">Where the core's state has the table's address.</param>
public readonly record struct DecodedPlaces(int TableOffset);
