// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.Virtio;

/// <summary>VIRTIO_GPIO_DIRECTION.</summary>
internal enum GpioLineDirection : byte
{
    None = 0,
    Output = 1,
    Input = 2,
}
