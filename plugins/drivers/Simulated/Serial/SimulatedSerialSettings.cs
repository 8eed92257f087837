// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>The options of a simulated serial port.</summary>
/// <param name="Owner">For messages.</param>
/// <param name="End">What is at the other end.</param>
/// <param name="TcpPort">Port to listen at; 0 for a free one.</param>
/// <param name="Link">Path of a symbolic link to the pseudo-terminal; empty for none.</param>
internal sealed record SimulatedSerialSettings(string Owner, SerialEnd End, int TcpPort, string Link);
