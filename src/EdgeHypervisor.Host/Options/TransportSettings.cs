// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>How this board reaches the others.</summary>
/// <param name="Plugin">The transport: <c>transport.mqtt</c>.</param>
/// <param name="Options">What its plugin is given.</param>
internal sealed record TransportSettings(string Plugin, IReadOnlyDictionary<string, string> Options);
