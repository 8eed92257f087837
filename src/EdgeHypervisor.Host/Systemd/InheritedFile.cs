// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Systemd;

/// <summary>An open file that systemd passed at start.</summary>
/// <param name="Name">The name that it was kept under, or the socket unit's.</param>
/// <param name="Descriptor">Its number in this process.</param>
internal readonly record struct InheritedFile(string Name, int Descriptor);
