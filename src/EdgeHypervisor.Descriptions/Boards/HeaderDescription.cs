// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A board's pin header.</summary>
/// <param name="Columns">Pins side by side; pins are counted row by row.</param>
/// <param name="Pins">By physical number, ascending.</param>
public sealed record HeaderDescription(int Columns, IReadOnlyList<HeaderPinDescription> Pins);
