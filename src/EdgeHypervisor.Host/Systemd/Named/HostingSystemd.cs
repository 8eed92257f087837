// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>The Microsoft.Extensions.Hosting.Systemd package.</summary>
internal static class HostingSystemd
{
    /// <summary>
    /// The package's channel to systemd. Outside a service (what it asks is whether systemd is its parent) the built-in one,
    /// which says that nobody listens.
    /// </summary>
    public static INotifyChannel Channel(NotifySocket files, Action<string> report) =>
        SystemdHelpers.IsSystemdService() ? new HostingSystemdChannel(new SystemdNotifier(), files, report) : files;

    /// <summary>What the package does for a host that is a service of systemd: it ends when systemd says so.</summary>
    public static void Add(IServiceCollection services) => services.AddSystemd();
}
