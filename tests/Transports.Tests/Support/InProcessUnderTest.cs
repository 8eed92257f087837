// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Transports.InProcess;

namespace EdgeHypervisor.Transports.Tests;

internal sealed class InProcessUnderTest : IBrokerUnderTest
{
    private readonly InProcessBroker _broker = new() { MaximumPayloadBytes = 256 * 1024 };

    public int MaximumPayloadBytes => _broker.MaximumPayloadBytes;

    public TestClient CreateClient(string clientId, TransportMessage? will = null, TimeSpan sessionExpiry = default)
    {
        var context = new TestContext(clientId, []) { Will = will, SessionExpiry = sessionExpiry };
        return new TestClient(_broker.CreateConnection(context), context, () => _broker.CutOff(clientId), () => _broker.LetIn(clientId));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
