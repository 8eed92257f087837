// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>The hardware's name: from the device tree, else from the firmware of a PC.</summary>
internal static class BoardModel
{
    public static string Read(LinuxHost host) =>
        host.Read("/proc/device-tree/model") ?? host.Read("/sys/firmware/devicetree/base/model") ?? host.Read("/sys/class/dmi/id/product_name") ?? "";
}
