// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Nrf51;

/// <summary>Makes one kind of device of an nRF51.</summary>
/// <typeparam name="TDevice">The device.</typeparam>
public sealed class NrfPlugin<TDevice> : RegisterPlugin<TDevice>
    where TDevice : RegisterDevice;
