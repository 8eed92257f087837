// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>A broker of a test's own, with a transport to reach it.</summary>
internal interface IBrokerUnderTest : IAsyncDisposable
{
    /// <summary>The largest payload that it is set to take, in bytes.</summary>
    int MaximumPayloadBytes { get; }

    /// <summary>A client that is not yet connected.</summary>
    TestClient CreateClient(string clientId, TransportMessage? will = null, TimeSpan sessionExpiry = default);
}
