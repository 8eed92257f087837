// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>Makes links with one client library.</summary>
internal interface IMqttLinkFactory
{
    /// <summary>The library's name, for messages and the <c>client</c> option.</summary>
    string Name { get; }

    /// <exception cref="TransportException">The library is not installed; the message says how to get it.</exception>
    void VerifyInstalled();

    /// <summary>Makes a link, not yet connected.</summary>
    IMqttLink Create(LinkSettings settings, Inbox inbox);
}
