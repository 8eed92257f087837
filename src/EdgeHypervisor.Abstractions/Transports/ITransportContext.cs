// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a connection is given.</summary>
public interface ITransportContext
{
    /// <summary>Where and how to connect: <c>host</c>, <c>port</c>, <c>username</c>, TLS files, …</summary>
    ComponentOptions Options { get; }

    /// <summary>The client identifier, unique at the broker.</summary>
    string ClientId { get; }

    /// <summary>Published by the other side when this connection dies without a goodbye; null for none.</summary>
    TransportMessage? Will { get; }

    /// <summary>How long the broker keeps the session of a lost connection; zero: not at all (for bulk data).</summary>
    TimeSpan SessionExpiry { get; }

    /// <summary>Says something to the log.</summary>
    void Report(string message);
}
