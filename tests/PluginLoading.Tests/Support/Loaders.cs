// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>Every loader of this build: a test that takes one is the contract between them.</summary>
public sealed class Loaders : TheoryData<string>
{
    public Loaders()
    {
        foreach (var factory in PluginContextFactories.All) Add(factory.Name);
    }

    public static IPluginContextFactory Find(string name) => PluginContextFactories.All.Single(f => f.Name == name);
}
