// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Cmsdk;

/// <summary>Makes one kind of device of the design kit or the MPS2 board.</summary>
/// <typeparam name="TDevice">The device.</typeparam>
public sealed class CmsdkPlugin<TDevice> : RegisterPlugin<TDevice>
    where TDevice : RegisterDevice;
