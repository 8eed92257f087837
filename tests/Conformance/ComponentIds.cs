// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Conformance;

/// <summary>Everything of one kind that the plugins in the folder provide.</summary>
public abstract class ComponentIds : TheoryData<string>
{
    protected ComponentIds(string kind)
    {
        using var plugins = new PluginRepository([Places.Plugins]);
        foreach (var id in plugins.List().Where(p => p.Kind == kind).SelectMany(p => p.Provides)) Add(id);
    }
}
