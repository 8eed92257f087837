// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Where a port of a VM leads.</summary>
/// <param name="Port">The machine's port: <c>gpio0/3</c>.</param>
/// <param name="To">The roles.</param>
/// <param name="Access">How it shares.</param>
/// <param name="OnMove">What becomes of it when the VM moves.</param>
/// <param name="Link">How it is reached when another board has it, and how far away that is: <c>up, round trip …</c>; <c>here</c> when this one has.</param>
public sealed record MappingInfo(string Port, IReadOnlyList<string> To, string Access, string OnMove, string Link = "here");
