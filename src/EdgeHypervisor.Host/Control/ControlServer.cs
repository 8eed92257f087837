// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeHypervisor.Host;

/// <summary>The control API: HTTP on a Unix socket.</summary>
internal static class ControlServer
{
    private const int MaximumConnections = 256;
    private const int MaximumBodyBytes = 4 << 20; // of everything but images and snapshots
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static void Configure(WebApplicationBuilder builder, string socketPath) =>
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MaximumConnections;
            kestrel.Limits.MaxRequestBodySize = MaximumBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = null; // the peer is on this machine
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ListenUnixSocket(socketPath, listen => listen.Protocols = HttpProtocols.Http1);
        });

    /// <summary>Removes a socket that a service left behind which did not end properly.</summary>
    /// <exception cref="ConfigurationException">Somebody listens there.</exception>
    public static void PrepareSocket(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path)) return;
        if (!FileKind.IsSocket(path)) throw new ConfigurationException([$"{SettingNames.Socket}: '{path}' is there and no socket; name another place, or move it away"]);
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }
        throw new ConfigurationException([$"{SettingNames.Socket}: another service listens at '{path}'; stop it, or name another with --socket"]);
    }

    /// <summary>Lets the group in, which the umask kept out while the socket was made.</summary>
    public static void OpenSocket(string path) => File.SetUnixFileMode(path, SocketMode);

    public static void Map(WebApplication application, IEnumerable<Route> routes)
    {
        var boundary = ActivatorUtilities.CreateInstance<ErrorBoundary>(application.Services);
        application.Use((HttpContext context, RequestDelegate next) => boundary.InvokeAsync(context, next));
        application.Use((HttpContext context, RequestDelegate next) => EndWithServiceAsync(context, next, application.Lifetime.ApplicationStopping));
        application.UseRouting();
        foreach (var route in routes) application.MapMethods(route.Pattern, [route.Method], route.Handle);
        application.UseEndpoints(_ => { });
    }

    // Streams have no end of their own; without this the service would wait for their readers. Consoles end with their VMs.
    private static async Task EndWithServiceAsync(HttpContext context, RequestDelegate next, CancellationToken ending)
    {
        await using var registration = HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Upgrade.Count == 0 ? ending.Register(context.Abort) : default;
        await next(context);
    }
}
