// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Transports.Mqtt;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>Every transport of this build that this machine can run: a test that takes one is the contract between them.</summary>
public sealed class AllTransports : TheoryData<string>
{
    private const string InProcess = "in-process";

    public AllTransports()
    {
        Add(InProcess);
        if (!HasMosquitto) return;
        foreach (var links in LinkFactories.All) Add(links.Name);
    }

    public static bool HasMosquitto { get; } = MosquittoBroker.Program is not null && IsInstalled();

    internal static async Task<IBrokerUnderTest> StartAsync(string name) =>
        name == InProcess ? new InProcessUnderTest() : await MqttUnderTest.StartAsync(name);

    private static bool IsInstalled()
    {
        try
        {
            new MosquittoLinkFactory().VerifyInstalled();
            return true;
        }
        catch (TransportException)
        {
            return false;
        }
    }
}
