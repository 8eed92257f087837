// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>What hangs on one comparator.</summary>
/// <param name="Port">The output that it drives.</param>
/// <param name="Irq">Its interrupt.</param>
internal sealed record PwmOutput(IPwmPort Port, IInterruptLine Irq);
