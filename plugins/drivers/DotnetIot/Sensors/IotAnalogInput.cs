// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>An analogue input whose value a device binding knows. The chip behind it is shared and outlives it.</summary>
internal sealed class IotAnalogInput(Func<long> readMicrovolts) : IAdcChannel
{
    public long ReadMicrovolts()
    {
        try
        {
            return readMicrovolts();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            throw new PeripheralException(e.Message, e);
        }
    }

    public void Dispose()
    {
    }
}
