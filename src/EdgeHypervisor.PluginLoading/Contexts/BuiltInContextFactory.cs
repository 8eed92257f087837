// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>Makes contexts on the runtime's own <see cref="System.Runtime.Loader.AssemblyLoadContext"/>.</summary>
internal sealed class BuiltInContextFactory : IPluginContextFactory
{
    public string Name => "AssemblyLoadContext";

    public IPluginContext Create(PluginContextRequest request) => new BuiltInContext(request);
}
