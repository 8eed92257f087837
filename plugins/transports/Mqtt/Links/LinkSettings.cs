// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>What a link needs to connect.</summary>
/// <param name="Broker">Where, and as whom.</param>
/// <param name="ClientId">The client identifier.</param>
/// <param name="Will">Published by the broker when the connection dies; null for none.</param>
/// <param name="SessionExpiry">How long the broker keeps the session; zero: not at all.</param>
internal sealed record LinkSettings(MqttSettings Broker, string ClientId, TransportMessage? Will, TimeSpan SessionExpiry)
{
    /// <summary>Session expiry as the protocol counts it: whole seconds, rounded up, below the value that means for ever.</summary>
    public uint SessionExpirySeconds => (uint)Math.Clamp(Math.Ceiling(SessionExpiry.TotalSeconds), 0, uint.MaxValue - 1);

    /// <summary>Without a session to come back to, each connection begins anew.</summary>
    public bool CleanStart => SessionExpirySeconds == 0;
}
