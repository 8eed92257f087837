// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Lending.Tests;

/// <summary>An input at 1.234567 V.</summary>
internal sealed class FakeAdc : IAdcChannel, IImmediate
{
    public bool IsImmediate => true;

    public long ReadMicrovolts() => 1_234_567;

    public void Dispose()
    {
    }
}
