// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;

namespace EdgeHypervisor.BoardTests;

/// <summary>The service as its users reach it.</summary>
internal static class Service
{
    public static ControlClient Control { get; } = new("/run/edge-hypervisor/control.sock");

    public static Task<string> MetricsAsync() => Control.GetTextAsync("v1/metrics", CancellationToken.None);

    public static async Task<VmSummary> VmAsync(string name) =>
        (await Control.GetAsync($"v1/vms/{name}", ControlJson.Default.VmDetails, CancellationToken.None)).Summary;

    public static async Task<bool> IsInStateAsync(string name, string state)
    {
        try
        {
            return (await VmAsync(name)).State == state;
        }
        catch (ControlException e) when (e.IsUnreachable || e.Problem.Status is 404 or 409)
        {
            return false; // on its way back
        }
    }
}
