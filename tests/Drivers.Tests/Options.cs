// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>Options as a board file would give them.</summary>
internal static class Options
{
    public static ComponentOptions Of(params (string Name, string Value)[] values) => For("role", values);

    public static ComponentOptions For(string role, params (string Name, string Value)[] values) =>
        new($"peripheral {role}", values.ToDictionary(value => value.Name, value => value.Value));
}
