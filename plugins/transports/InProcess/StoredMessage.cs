// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.InProcess;

/// <summary>A message that waits in the broker, with the moment after which it is not delivered any more.</summary>
internal sealed class StoredMessage(TransportMessage message, DateTimeOffset now)
{
    private readonly DateTimeOffset? _expires = message.Expiry > TimeSpan.Zero ? now + message.Expiry : null;

    /// <summary>The message with what is left of its expiry; null when it has expired (OASIS MQTT 5.0, section 3.3.2.3.3).</summary>
    public TransportMessage? At(DateTimeOffset now)
    {
        if (_expires is not { } expires) return message;
        return now < expires ? message with { Expiry = expires - now } : null;
    }
}
