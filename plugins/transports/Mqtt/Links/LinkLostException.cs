// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>The connection ended before the broker answered.</summary>
internal sealed class LinkLostException(string reason) : Exception(reason);
