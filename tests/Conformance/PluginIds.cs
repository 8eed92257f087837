// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Conformance;

/// <summary>Every plugin in the folder, whether it works or not.</summary>
public sealed class PluginIds : TheoryData<string>
{
    public PluginIds()
    {
        using var plugins = new PluginRepository([Places.Plugins]);
        foreach (var id in plugins.List().Select(p => p.Id).Distinct()) Add(id);
    }
}
