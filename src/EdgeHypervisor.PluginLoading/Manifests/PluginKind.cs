// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>The kinds of plugins, and the contract that each has to fulfil.</summary>
internal static class PluginKind
{
    public const string Core = "core";

    public static readonly string[] All = [Core, "device", "driver", "transport"];

    /// <summary>The interface that every factory of a kind implements.</summary>
    public static Type ContractOf(string kind) => kind switch
    {
        Core => typeof(ICorePlugin),
        "device" => typeof(IDevicePlugin),
        "driver" => typeof(IDriverPlugin),
        "transport" => typeof(ITransportPlugin),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of plugin"),
    };
}
