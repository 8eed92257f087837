// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.ControlApi;
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary>What can be wrong with a request, each kind with its stable name.</summary>
internal static class Problems
{
    public static ProblemException NotFound(string what, string name, string? fix = null) =>
        Make($"{what}-not-found", $"There is no such {what}", StatusCodes.Status404NotFound, $"there is no {what} '{name}'", name, fix);

    public static ProblemException Conflict(string kind, string title, string detail, string? where = null, string? fix = null) =>
        Make(kind, title, StatusCodes.Status409Conflict, detail, where, fix);

    public static ProblemException Invalid(string detail, string? where = null, string? fix = null, IReadOnlyList<string>? errors = null) =>
        new(new Problem(TypeOf("invalid"), "The request cannot be accepted", StatusCodes.Status400BadRequest, detail, where, fix, errors));

    public static ProblemException Unsupported(string detail, string? fix = null) =>
        Make("unsupported", "The request cannot be served here", StatusCodes.Status422UnprocessableEntity, detail, null, fix);

    public static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => Plain("no-such-route", "There is nothing at this address", status, "see docs/openapi.yaml"),
        StatusCodes.Status405MethodNotAllowed => Plain("method-not-allowed", "This address does not take this method", status, "see docs/openapi.yaml"),
        StatusCodes.Status413PayloadTooLarge => Plain("too-large", "The request is too large", status, null),
        _ => Plain("failed", "The request failed", status, null),
    };

    public static string TypeOf(string kind) => $"urn:edgehypervisor:problem:{kind}";

    private static Problem Plain(string kind, string title, int status, string? fix) => new(TypeOf(kind), title, status, Fix: fix);

    private static ProblemException Make(string kind, string title, int status, string detail, string? where, string? fix) =>
        new(new Problem(TypeOf(kind), title, status, detail, where, fix));
}
