// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.InProcess;

/// <summary>A message about to be delivered.</summary>
/// <param name="From">Client id of the publisher; empty for a last will and retained messages.</param>
/// <param name="To">Client id of the subscriber.</param>
/// <param name="Message">The message.</param>
public sealed record InProcessDelivery(string From, string To, TransportMessage Message);
