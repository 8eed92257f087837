// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Devices.Virtio;

/// <summary>VIRTIO_GPIO_IRQ_TYPE.</summary>
internal enum GpioTrigger : byte
{
    None = 0,
    Rising = 1,
    Falling = 2,
    Both = 3,
    High = 4,
    Low = 8,
}
