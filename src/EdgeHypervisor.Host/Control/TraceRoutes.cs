// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Runtime;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/vms/{vm}/trace</c>: what the guest does, as it does it; <c>/profile</c>: where it spends its time.</summary>
internal sealed class TraceRoutes(VmTable table)
{
    private const int DefaultPlaces = 20;
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);
    private static readonly TimeSpan DefaultProfileTime = TimeSpan.FromSeconds(10);

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/v1/vms/{vm}/trace", TraceAsync),
        new("GET", "/v1/vms/{vm}/profile", ProfileAsync),
    ];

    private async Task TraceAsync(HttpContext context)
    {
        var vm = table.GetName(context.Part("vm"));
        var machine = vm.GetMachine();
        var query = context.Request.Query;
        var limit = ParseCount("limit", query["limit"]) ?? TraceRecorder.DefaultLimit;
        var duration = ParseTime(query["for"]);
        ITraceFormat format = (string?)query["format"] switch
        {
            null or "text" => new TraceText(machine),
            "json" => new TraceJson(machine),
            var other => throw Problems.Invalid($"'{other}' is not a format", "format", "it is text or json"),
        };
        using var trace = Begin(vm, machine, TraceFilter.Parse(machine, query["events"], query["pc"], [.. query["device"].OfType<string>()]));
        vm.Journal.Happened("vm-traced", "is traced");
        context.Response.ContentType = format.ContentType;
        try
        {
            await new TraceRecorder(trace, format) { Limit = limit, Duration = duration }.WriteToAsync(context.Response.Body, context.RequestAborted);
        }
        finally
        {
            vm.Journal.Happened("vm-traced", "is traced no longer");
        }
    }

    private async Task ProfileAsync(HttpContext context)
    {
        var vm = table.GetName(context.Part("vm"));
        var machine = vm.GetMachine();
        var query = context.Request.Query;
        var duration = ParseTime(query["for"]) ?? DefaultProfileTime;
        var places = ParseCount("top", query["top"]) ?? DefaultPlaces;
        if (machine.State != VmState.Running)
            throw Problems.Conflict("vm-state", "The VM does not run", $"'{vm.Name}' is {VmReports.Summarize(vm).State}, so it is nowhere", vm.Name, "start or resume it first");
        using var profile = Begin(vm, machine);
        // To the end of the time, or of the VM.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        end.CancelAfter(duration);
        Task ended = machine.WaitForAsync(status => status.State is not (VmState.Running or VmState.Pausing or VmState.Paused), end.Token);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await context.WriteAsync(Profiles.Describe(profile.Report(), machine.Symbols, (int)Math.Min(places, int.MaxValue)), ControlJson.Default.ProfileInfo);
    }

    private static VmProfile Begin(HostedVm vm, VirtualMachine machine)
    {
        try
        {
            return VmProfile.TryBegin(machine)
                ?? throw Problems.Conflict("vm-profiled", "The VM is being profiled", $"somebody profiles '{vm.Name}' already", vm.Name, "wait for its end");
        }
        catch (NotSupportedException e)
        {
            throw Problems.Unsupported(e.Message);
        }
    }

    private static VmTrace Begin(HostedVm vm, VirtualMachine machine, TraceFilter filter)
    {
        try
        {
            return VmTrace.TryBegin(machine, filter)
                ?? throw Problems.Conflict("vm-traced", "The VM is being traced", $"somebody traces '{vm.Name}' already", vm.Name, "end the other trace first");
        }
        catch (NotSupportedException e)
        {
            throw Problems.Unsupported(e.Message, "--events devices");
        }
    }

    private static long? ParseCount(string name, string? text)
    {
        if (text is null) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw Problems.Invalid($"'{text}' is not a number from 1 on", name, $"for example {name}=1000");
    }

    private static TimeSpan? ParseTime(string? text)
    {
        if (text is null) return null;
        var isTime = DurationText.TryParse(text, out var time) || DurationText.TryParse(text + "s", out time);
        return isTime && time > TimeSpan.Zero && time <= LongestTime
            ? time
            : throw Problems.Invalid($"'{text}' is not a time", "for", "at most a day, such as 10s, 500ms or 2m");
    }
}
