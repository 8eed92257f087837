// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A wire from an interrupt output of a device to an input of a CPU or of another device.</summary>
/// <param name="Output">The device's name for the output: <c>irq</c>, <c>irq3</c>.</param>
/// <param name="Component">Where it leads: <c>cpu0</c>, <c>plic</c>.</param>
/// <param name="Input">The name of the input there: <c>mtip</c>, <c>10</c>.</param>
/// <param name="Where">Where it stands.</param>
public sealed record WireDescription(string Output, string Component, string Input, SourceLocation Where);
