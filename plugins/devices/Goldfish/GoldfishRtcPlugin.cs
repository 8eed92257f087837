// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Goldfish;

[assembly: EdgePlugin<GoldfishRtcPlugin>("device.goldfish.rtc")]

namespace EdgeHypervisor.Devices.Goldfish;

/// <summary>Makes goldfish real-time clocks.</summary>
public sealed class GoldfishRtcPlugin : IDevicePlugin
{
    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        context.Options.RefuseUnknown();
        return new GoldfishRtc(context);
    }
}
