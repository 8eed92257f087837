// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>Where the kit finds what it needs in a core's state struct; offsets in bytes.</summary>
/// <param name="ProgramCounter">A 64-bit program counter; written when a region ends.</param>
/// <param name="StopRequest">A 32-bit flag that other threads set; polled at loop heads.</param>
/// <param name="Budget">A 64-bit count of instructions that may still be executed; used when counting exactly.</param>
/// <param name="Epoch">A 64-bit number that grows whenever an address may lead elsewhere than before.</param>
/// <param name="Context">The <see cref="RegionContext"/> that translated code would be made for, and must be entered with.</param>
/// <param name="Countdown">A 32-bit number of loops until the baseline compiler's regions return, here while none of them runs; see <see cref="RegionExit.Sampled"/>.</param>
public readonly record struct StateLayout(int ProgramCounter, int StopRequest, int Budget, int Epoch, int Context, int Countdown);
