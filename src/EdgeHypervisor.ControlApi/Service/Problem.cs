// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.ControlApi;

/// <summary>Why a request failed, as <c>application/problem+json</c>.</summary>
/// <remarks>RFC 9457, section 3.1; <paramref name="Where"/>, <paramref name="Fix"/> and <paramref name="Errors"/> are our extensions.</remarks>
/// <param name="Type">A stable name of the kind of problem: <c>urn:edgehypervisor:problem:vm-not-found</c>.</param>
/// <param name="Title">What is wrong with all requests of this kind.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What is wrong with this one.</param>
/// <param name="Where">Which file, field, VM or peripheral.</param>
/// <param name="Fix">What to do about it.</param>
/// <param name="Errors">All findings, where there are several.</param>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string? Detail = null,
    string? Where = null,
    string? Fix = null,
    IReadOnlyList<string>? Errors = null);
