// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace EdgeHypervisor.Migration;

/// <summary>What a step of a machine leads to.</summary>
/// <param name="State">The state afterwards.</param>
/// <param name="Outputs">What is to be done, in this order.</param>
public readonly record struct Transition<TState>(TState State, ImmutableArray<ProtocolOutput> Outputs);
