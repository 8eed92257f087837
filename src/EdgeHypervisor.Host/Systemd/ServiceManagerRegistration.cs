// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>Makes the service manager, and brings it into the host.</summary>
internal static class ServiceManagerRegistration
{
    /// <summary>The one that this process was started by; without any, one that goes nowhere.</summary>
    public static ServiceManager Find(ILoggerFactory logs)
    {
        var log = logs.CreateLogger<ServiceManager>();
        var environment = ServiceEnvironment.Current;
        var socket = new NotifySocket(environment, problem => LogProblem(log, problem));
#if NAMED_PACKAGES
        return new ServiceManager(HostingSystemd.Channel(socket, problem => LogProblem(log, problem)), environment);
#else
        return new ServiceManager(socket, environment);
#endif
    }

    /// <summary>Adds the manager and the watchdog's feeder. Whoever starts the service says when it is ready.</summary>
    public static IServiceCollection AddServiceManager(this IServiceCollection services, IServiceManager manager)
    {
#if NAMED_PACKAGES
        HostingSystemd.Add(services);
#endif
        services.AddSingleton(manager);
        return services.AddHostedService<WatchdogFeeder>();
    }

    private static void LogProblem(ILogger log, string problem) => log.LogWarning("{Problem}", problem);
}
