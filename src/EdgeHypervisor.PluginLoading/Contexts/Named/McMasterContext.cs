// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;

namespace EdgeHypervisor.PluginLoading;

/// <summary>One plugin's assemblies in the package's own context.</summary>
internal sealed class McMasterContext(PluginContextRequest request) : IPluginContext
{
    private readonly PluginLoader _loader = new(ConfigurationOf(request));

    public Assembly LoadMainAssembly() => _loader.LoadDefaultAssembly();

    public void Unload()
    {
        if (request.CanUnload) _loader.Dispose();
    }

    // Not in memory: the files are a copy of our own that nobody changes.
    private static PluginConfig ConfigurationOf(PluginContextRequest request)
    {
        var configuration = new PluginConfig(request.AssemblyPath)
        {
            IsUnloadable = request.CanUnload,
            LoadInMemory = false,
            PreferSharedTypes = false,
            DefaultContext = AssemblyLoadContext.GetLoadContext(request.Shared[0])!,
        };
        foreach (var shared in request.Shared) configuration.SharedAssemblies.Add(shared.GetName());
        return configuration;
    }
}
