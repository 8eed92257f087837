// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>Makes contexts with the McMaster.NETCore.Plugins package.</summary>
internal sealed class McMasterContextFactory : IPluginContextFactory
{
    public string Name => "McMaster.NETCore.Plugins";

    public IPluginContext Create(PluginContextRequest request) => new McMasterContext(request);
}
