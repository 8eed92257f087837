// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Conformance;

/// <summary>What every plugin promises, whatever it is.</summary>
public sealed class PluginTests
{
    [Theory, ClassData(typeof(PluginIds))]
    public void It_loads_and_its_manifest_is_true(string plugin)
    {
        using var plugins = new PluginRepository([Places.Plugins]);
        var info = plugins.Find(plugin)!;
        if (info.Status == PluginStatus.Available) info = plugins.Load(plugin);
        Assert.True(info.Status == PluginStatus.Loaded, $"{plugin}: {info.Reason}");
        Assert.False(string.IsNullOrWhiteSpace(info.Description), $"{plugin}: its manifest has no description");
    }

    [Theory, ClassData(typeof(PluginIds))]
    public void It_keeps_no_static_state_that_could_change(string plugin)
    {
        using var plugins = new PluginRepository([Places.Plugins]);
        var info = plugins.Find(plugin)!;
        Assert.Empty(StaticState.FindFields(Path.Combine(info.Folder, AssemblyOf(info))));
    }

    [Theory, ClassData(typeof(PluginIds))]
    public void It_leaves_memory_when_it_is_unloaded(string plugin)
    {
        using var plugins = new PluginRepository([Places.Plugins]);
        var memory = LoadAndRelease(plugins, plugin);
        plugins.Unload(plugin);
        for (var waited = Stopwatch.StartNew(); memory.IsAlive && waited.Elapsed < TimeSpan.FromMinutes(4); Thread.Sleep(1))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(memory.IsAlive, $"{plugin} is still in memory");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadAndRelease(PluginRepository plugins, string plugin)
    {
        using var lease = plugins.Lease<IPlugin>(plugins.Find(plugin)!.Provides[0]);
        return new WeakReference(AssemblyLoadContext.GetLoadContext(lease.Plugin.GetType().Assembly));
    }

    private static string AssemblyOf(PluginInfo info)
    {
        using var manifest = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(info.Folder, "plugin.json")));
        return manifest.RootElement.GetProperty("assembly").GetString()!;
    }
}
