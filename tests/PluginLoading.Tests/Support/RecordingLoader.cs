// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>The built-in loader, with a list of what it was asked for.</summary>
internal sealed class RecordingLoader : IPluginContextFactory
{
    public List<PluginContextRequest> Requests { get; } = [];

    public string Name => "recording";

    public IPluginContext Create(PluginContextRequest request)
    {
        Requests.Add(request);
        return PluginContextFactories.BuiltIn.Create(request);
    }
}
