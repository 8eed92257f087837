// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeHypervisor.Host;

/// <summary>Reading requests and writing answers, without reflection and within limits.</summary>
internal static class HttpContextExtensions
{
    /// <summary>The body of a request.</summary>
    /// <exception cref="ProblemException">It is not the JSON that is expected.</exception>
    public static async Task<T> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw Problems.Invalid("the body is null", fix: "see docs/openapi.yaml");
        }
        catch (JsonException e)
        {
            throw Problems.Invalid($"the body is not the expected JSON: {e.Message}", e.Path, "see docs/openapi.yaml");
        }
    }

    /// <summary>A part of the path.</summary>
    public static string Part(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A switch of the query.</summary>
    public static bool Asks(this HttpContext context, string name) => context.Request.Query[name] == "true";

    /// <summary>Lets this request have a larger body than others.</summary>
    public static void AllowBody(this HttpContext context, long bytes) =>
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = bytes;

    /// <summary>Answers.</summary>
    public static Task WriteAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(value, type, "application/json", context.RequestAborted);
    }

    /// <summary>Answers with a stream, an object a line, each sent at once.</summary>
    public static async Task WriteLinesAsync<T>(this HttpContext context, IAsyncEnumerable<T> values, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await foreach (var value in values.WithCancellation(context.RequestAborted))
        {
            await JsonSerializer.SerializeAsync(context.Response.BodyWriter, value, type, context.RequestAborted);
            context.Response.BodyWriter.Write("\n"u8);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Turns the connection into a raw one.</summary>
    /// <param name="context">The request, which must ask for it.</param>
    /// <param name="protocol">What is spoken from now on.</param>
    /// <param name="what">What it is for, to name it in an error.</param>
    /// <exception cref="ProblemException">It does not ask for it.</exception>
    public static Task<Stream> UpgradeAsync(this HttpContext context, string protocol, string what)
    {
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || context.Request.Headers.Upgrade != protocol)
            throw Problems.Invalid($"{what} is a raw connection", "Upgrade", $"send 'Connection: Upgrade' and 'Upgrade: {protocol}'");
        context.Response.Headers.Upgrade = protocol;
        return upgrade.UpgradeAsync();
    }
}
