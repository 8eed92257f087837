// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>Another loader that takes every plugin for one that was compiled ahead of time.</summary>
internal sealed class LastingLoader(IPluginContextFactory loader) : IPluginContextFactory
{
    public string Name => $"lasting {loader.Name}";

    public IPluginContext Create(PluginContextRequest request) => loader.Create(request with { CanUnload = false });
}
