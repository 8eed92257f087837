// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;

namespace EdgeHypervisor.Translation;

/// <summary>Where control goes at the end of a block.</summary>
/// <param name="Label">The block there, or the way out.</param>
/// <param name="Words">The registers that it takes in their words, all others whole; null where it takes them as they are.</param>
internal readonly record struct Way(Label Label, ulong? Words);
