// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Runtime;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary><c>/v1/vms/{vm}/trace</c>: what the guest does, as it does it.</summary>
internal sealed class TraceRoutes(VmTable table)
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    public IEnumerable<Route> Routes => [new("GET", "/v1/vms/{vm}/trace", TraceAsync)];

    private async Task TraceAsync(HttpContext context)
    {
        var vm = table.GetName(context.Part("vm"));
        var machine = vm.GetMachine();
        var query = context.Request.Query;
        var limit = ParseLimit(query["limit"]) ?? TraceRecorder.DefaultLimit;
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

    private static long? ParseLimit(string? text)
    {
        if (text is null) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? limit
            : throw Problems.Invalid($"'{text}' is not a number of events", "limit", "a whole number from 1 on");
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
