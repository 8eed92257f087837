// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of a device or core: it says how an operating system finds and drives it. One without it works all the
/// same, for firmware that knows its machine.
/// </summary>
public interface IDeviceTreeSource
{
    /// <summary>Its node; fixed once the device exists. Address, interrupt numbers and references are filled in by the machine.</summary>
    DeviceTreeDescription DeviceTree { get; }
}
