// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>A setting as it was given.</summary>
/// <param name="Values">One value, or the entries of a list.</param>
/// <param name="Where">Where it was given: <c>config.yaml:3:1</c>, <c>--board</c>.</param>
internal sealed record Setting(IReadOnlyList<string> Values, string Where)
{
    public string Value => Values[^1];
}
