// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>Registers the Microsoft.Extensions.Hosting.Systemd package.</summary>
internal static class HostingSystemdRegistration
{
    /// <summary>Outside a service the package registers nothing; then the built-in channel says that nobody listens.</summary>
    public static void AddHostingSystemd(this IServiceCollection services)
    {
        services.AddSystemd();
        services.AddSingleton<INotifyChannel>(CreateChannel);
    }

    private static INotifyChannel CreateChannel(IServiceProvider services)
    {
        var socket = ServiceManagerRegistration.CreateSocket(services);
        if (services.GetService<ISystemdNotifier>() is not { } notifier) return socket;
        var log = services.GetRequiredService<ILogger<HostingSystemdChannel>>();
        return new HostingSystemdChannel(notifier, socket, problem => log.LogWarning("{Problem}", problem));
    }
}
