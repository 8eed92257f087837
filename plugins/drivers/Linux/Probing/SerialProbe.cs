// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Serial ports that have hardware behind them, and those that the kernel's console is on.</summary>
internal static class SerialProbe
{
    private const string Folder = "/sys/class/tty";
    private const string NoHardware = "0"; // PORT_UNKNOWN of linux/serial_core.h: a place where no chip was found

    public static void Look(LinuxHost host, Findings findings)
    {
        var consoles = (host.Read($"{Folder}/console/active") ?? "").Split(' ');
        foreach (var name in host.List(Folder))
        {
            if (host.LinkName($"{Folder}/{name}/device") is not { } device || host.Read($"{Folder}/{name}/type") == NoHardware) continue;
            findings.Add(name, device, consoles.Contains(name) ? "the kernel's console" : "", ("path", $"/dev/{name}"));
        }
    }
}
