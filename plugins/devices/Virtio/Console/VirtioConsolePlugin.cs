// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Devices.Virtio;

[assembly: EdgePlugin<VirtioConsolePlugin>("device.virtio.console")]

namespace EdgeHypervisor.Devices.Virtio;

/// <summary>Makes virtio consoles.</summary>
public sealed class VirtioConsolePlugin : VirtioPlugin
{
    private protected override VirtioFunction CreateFunction(IDeviceContext context) => new ConsoleFunction(context.Uart());
}
