// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.Stm32;

/// <summary>Makes one kind of device of an STM32F2 or F4.</summary>
/// <typeparam name="TDevice">The device.</typeparam>
public sealed class StmPlugin<TDevice> : RegisterPlugin<TDevice>
    where TDevice : RegisterDevice;
