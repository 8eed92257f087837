// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

internal sealed class FakeAdcPort : IAdcPort
{
    public long Microvolts { get; set; }

    public void Sample(Action<BusStatus, long> completed) => completed(BusStatus.Ok, Microvolts);
}
