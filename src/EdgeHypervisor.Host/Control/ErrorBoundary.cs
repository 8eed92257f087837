// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>Turns everything that can go wrong with a request into a problem document.</summary>
/// <remarks>RFC 9457.</remarks>
internal sealed partial class ErrorBoundary(ILogger<ErrorBoundary> log)
{
    private const int NoSpace = 28, OverQuota = 122; // ENOSPC and EDQUOT of errno(3), which .NET puts into HResult as they are

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405 }) await WriteAsync(context, Problems.OfStatus(context.Response.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The asker is gone.
        }
        catch (Exception e)
        {
            if (context.Response.HasStarted) throw; // The connection breaks, which is all that can be said by now.
            await WriteAsync(context, Explain(e, context));
        }
    }

    private Problem Explain(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ProblemException e: return e.Problem;
            case DescriptionException e: return Problems.Invalid("the description is wrong", e.Errors[0].Where.File, errors: [.. e.Errors.Select(error => error.ToString())]).Problem;
            case OptionException e: return Problems.Invalid(e.Message, e.Owner).Problem;
            case StateException e: return Problems.Invalid(e.Message, e.Component).Problem;
            case PluginException e: return Problems.Unsupported(e.Message, "see: ehv plugins ls").Problem;
            case PeripheralException e: return Problems.Unsupported(e.Message, "see: ehv board ls").Problem;
            case BindingException e: return Problems.Conflict("roles", "The board cannot give the VM its roles", e.Message, fix: "see: ehv board ls").Problem;
            case VmStateException e: return Problems.Conflict("vm-state", "The VM cannot do that now", e.Message).Problem;
            case MoveException e: return Problems.Conflict("move", "The VM's ownership does not allow it", e.Message).Problem;
            case MachineException or FirmwareException or SnapshotException: return Problems.Invalid(exception.Message).Problem;
            case TimeoutException e: return Problems.Conflict("timeout", "It took too long", e.Message).Problem;
            case IOException { HResult: NoSpace or OverQuota } e:
                return new Problem(Problems.TypeOf("disk-full"), "The disk is full", StatusCodes.Status507InsufficientStorage, e.Message, Fix: "make room where the service keeps its data (--data)");
            case BadHttpRequestException e: return Problems.OfStatus(e.StatusCode) with { Detail = e.Message };
            default:
                LogUnexpected(context.Request.Method, context.Request.Path, exception);
                return new Problem(Problems.TypeOf("internal"), "The service failed", 500, exception.Message, Fix: "see the service's log, and report it");
        }
    }

    private static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.Clear();
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, ControlJson.Default.Problem, "application/problem+json");
    }

    [LoggerMessage(LogLevel.Error, "request failed method={method} path={path}")]
    private partial void LogUnexpected(string method, string path, Exception exception);
}
