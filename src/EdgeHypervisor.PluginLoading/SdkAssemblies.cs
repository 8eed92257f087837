// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>The assemblies that a plugin shares with the host, by its kind.</summary>
internal static class SdkAssemblies
{
    private const string Translation = "EdgeHypervisor.Translation";

    /// <summary>The contracts for everybody; the translation kit for cores too.</summary>
    public static Assembly[] For(string kind) => kind == PluginKind.Core
        ? [typeof(IPlugin).Assembly, Assembly.Load(Translation)]
        : [typeof(IPlugin).Assembly];
}
