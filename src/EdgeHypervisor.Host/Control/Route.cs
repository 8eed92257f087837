// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Http;

namespace EdgeHypervisor.Host;

/// <summary>One thing that the control API does.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Pattern">The path; as it stands in docs/openapi.yaml.</param>
/// <param name="Handle">What it does.</param>
internal sealed record Route(string Method, string Pattern, RequestDelegate Handle);
