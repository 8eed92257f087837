// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>The two wires from the core-local interruptor to one hart.</summary>
/// <param name="Software">The machine software interrupt, <c>mip.MSIP</c>.</param>
/// <param name="Timer">The machine timer interrupt, <c>mip.MTIP</c>.</param>
internal sealed record HartLines(IInterruptLine Software, IInterruptLine Timer);
