// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The options of a simulated line.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="Chip">The name of its chip.</param>
/// <param name="Line">Its offset in the chip.</param>
/// <param name="IsActiveLow">Whether its logical level is the inverse of its electrical one.</param>
/// <param name="Bias">The board's own resistor, for a line whose user wants none.</param>
/// <param name="TraceLength">How many changes are remembered; a power of two, or 0 for none.</param>
internal sealed record SimulatedGpioSettings(string Owner, string Chip, int Line, bool IsActiveLow, GpioBias Bias, int TraceLength);
