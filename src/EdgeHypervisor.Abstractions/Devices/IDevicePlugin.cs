// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A plugin that makes virtual devices of one type.</summary>
public interface IDevicePlugin : IPlugin
{
    /// <summary>Makes a device in its reset state; reads its options, touches nothing of the host.</summary>
    /// <exception cref="OptionException">An option of the machine description does not fit.</exception>
    IDevice Create(IDeviceContext context);
}
