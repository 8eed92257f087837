// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.PluginLoading;

/// <summary>The memory that one version of a plugin lives in: its own assemblies, apart from everybody else's.</summary>
public interface IPluginContext
{
    /// <summary>The plugin's assembly, loaded at the first call.</summary>
    /// <exception cref="Exception">It cannot be loaded; of whatever type the loader throws.</exception>
    Assembly LoadMainAssembly();

    /// <summary>Lets it all go, where that was asked for. The memory is free once nothing refers to the plugin's objects any more.</summary>
    void Unload();
}
