// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The options of a simulated light.</summary>
internal sealed record SimulatedLedSettings(string Owner, string Name, int MaximumBrightness);
