// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Transports.Tests;

namespace Migration.Tests;

/// <summary>A test that needs mosquitto; skipped, and said so, where it is not installed.</summary>
internal sealed class BrokerFactAttribute : FactAttribute
{
    public BrokerFactAttribute()
    {
        if (MosquittoBroker.Program is null) Skip = "needs mosquitto and libmosquitto1";
    }
}
