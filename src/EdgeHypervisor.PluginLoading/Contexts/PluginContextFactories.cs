// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>The factories of this build (docs/decisions/0001).</summary>
public static class PluginContextFactories
{
    /// <summary>On <see cref="System.Runtime.Loader.AssemblyLoadContext"/>; always there.</summary>
    public static IPluginContextFactory BuiltIn { get; } = new BuiltInContextFactory();

    /// <summary>All of this build, the preferred one first.</summary>
    public static IReadOnlyList<IPluginContextFactory> All => Default == BuiltIn ? [BuiltIn] : [Default, BuiltIn];

    /// <summary>The one that this build was made for.</summary>
    public static IPluginContextFactory Default { get; } =
#if NAMED_PACKAGES
        new McMasterContextFactory();
#else
        BuiltIn;
#endif
}
