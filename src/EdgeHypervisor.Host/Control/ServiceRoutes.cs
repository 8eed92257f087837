// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/health</c>, <c>/v1/events</c>, <c>/v1/metrics</c>.</summary>
internal sealed class ServiceRoutes(ServiceStatus status, EventHub events)
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/health", context => context.WriteAsync(status.Report(), ControlJson.Default.ServiceHealth)),
        new("GET", "/v1/events", EventsAsync),
        new("GET", "/v1/metrics", MetricsAsync),
    ];

    private Task EventsAsync(HttpContext context) =>
        context.WriteLinesAsync(events.ListenAsync(context.Asks("recent"), context.RequestAborted), ControlJson.Default.ServiceEvent);

    private Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(status.Metrics(), context.RequestAborted);
    }
}
