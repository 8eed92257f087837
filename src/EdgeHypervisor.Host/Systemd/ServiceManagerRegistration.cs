// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>Brings the service manager into the host.</summary>
internal static class ServiceManagerRegistration
{
    /// <summary>
    /// Adds <see cref="IServiceManager"/> and the watchdog's feeder. Whoever starts the service says when it is ready.
    /// </summary>
    public static IServiceCollection AddServiceManager(this IServiceCollection services)
    {
#if NAMED_PACKAGES
        services.AddHostingSystemd();
#else
        services.AddSingleton<INotifyChannel>(CreateSocket);
#endif
        services.AddSingleton(ServiceEnvironment.Current);
        services.AddSingleton<IServiceManager, ServiceManager>();
        return services.AddHostedService<WatchdogFeeder>();
    }

    /// <summary>The built-in channel, which reports to the log.</summary>
    public static NotifySocket CreateSocket(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<NotifySocket>>();
        return new NotifySocket(services.GetRequiredService<ServiceEnvironment>(), problem => log.LogWarning("{Problem}", problem));
    }
}
