// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Mqtt;

/// <summary>The client libraries of this build, the preferred one first (docs/decisions/0001).</summary>
internal static class LinkFactories
{
    public static IReadOnlyList<IMqttLinkFactory> All { get; } =
#if NAMED_PACKAGES
        [new MqttNetLinkFactory(), new MosquittoLinkFactory()];
#else
        [new MosquittoLinkFactory()];
#endif
}
