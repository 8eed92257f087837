// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Transports.Tests;

/// <summary>A test that needs mosquitto and libmosquitto; skipped, and said so, where they are not installed.</summary>
internal sealed class BrokerFactAttribute : FactAttribute
{
    public BrokerFactAttribute()
    {
        if (!AllTransports.HasMosquitto) Skip = "needs mosquitto and libmosquitto1";
    }
}
