// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Transports.Mqtt;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>mosquitto, reached with one of this build's client libraries.</summary>
internal sealed class MqttUnderTest(MosquittoBroker broker, string clientLibrary) : IBrokerUnderTest
{
    private const int MaximumPacketBytes = 256 * 1024;
    private readonly List<Cable> _cables = [];

    public int MaximumPayloadBytes => MaximumPacketBytes;

    public static async Task<MqttUnderTest> StartAsync(string clientLibrary) => new(
        await MosquittoBroker.StartAsync($"allow_anonymous true\nmax_packet_size {MaximumPacketBytes}"), clientLibrary);

    public TestClient CreateClient(string clientId, TransportMessage? will = null, TimeSpan sessionExpiry = default)
    {
        var cable = new Cable(broker.Port);
        _cables.Add(cable);
        var options = new Dictionary<string, string>
        {
            ["host"] = "127.0.0.1",
            ["port"] = $"{cable.Port}",
            ["client"] = clientLibrary,
            ["maximumBackoffSeconds"] = "1",
        };
        var context = new TestContext(clientId, options) { Will = will, SessionExpiry = sessionExpiry };
        return new TestClient(new MqttPlugin().Create(context), context, cable.Cut, cable.Mend);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var cable in _cables) cable.Dispose();
        broker.Dispose();
        return ValueTask.CompletedTask;
    }
}
