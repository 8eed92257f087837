// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>Where control goes at the end of a block.</summary>
/// <param name="Address">The address.</param>
/// <param name="Label">The block there, or the way out.</param>
/// <param name="Words">The registers that it takes in their words, all others whole; null where it takes them as they are.</param>
/// <param name="Unsure">The registers of which it takes for granted that they are sign-extended words, and nobody knows.</param>
/// <param name="IsBack">Whether a loop passes here, so that it has to be asked whether to stop.</param>
internal sealed record Way(ulong Address, Label Label, ulong? Words, ulong Unsure, bool IsBack = false);
