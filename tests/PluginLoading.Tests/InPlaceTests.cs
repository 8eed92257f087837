// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Loader;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>Plugins that run from where they lie, with every loader of this build.</summary>
public sealed class InPlaceTests : IDisposable
{
    private const string Counter = "device.test.counter";
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, ClassData(typeof(Loaders))]
    public void A_plugin_and_its_dependency_are_loaded_from_their_folder(string loader)
    {
        var installed = _folder.Install("Counter1");
        using var plugins = Open(loader);
        using var lease = plugins.Lease<IDevicePlugin>(Counter);
        Assert.Equal("hello from counter 1", lease.Plugin.ToString());
        var own = AssemblyLoadContext.GetLoadContext(lease.Plugin.GetType().Assembly)!.Assemblies;
        Assert.Equal(["TestPlugins.Counter.dll", "TestPlugins.Dependency.dll"], own.Select(a => Path.GetRelativePath(installed, a.Location)).Order());
    }

    [Theory, ClassData(typeof(Loaders))]
    public void Nothing_of_a_folder_is_deleted_or_changed(string loader)
    {
        var installed = _folder.Install("Counter1");
        _folder.Install("Throwing");
        var before = FolderFingerprint.Of(_folder.Path);
        using (var plugins = Open(loader))
        {
            plugins.Lease<IDevicePlugin>(Counter).Dispose();
            plugins.Unload("counter");
            Assert.Equal(PluginStatus.Loaded, plugins.Load("counter").Status);
            Assert.Equal(PluginStatus.Broken, plugins.Load("throwing").Status);
        }
        Assert.Equal(before, FolderFingerprint.Of(_folder.Path));
        Assert.True(Directory.Exists(installed));
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_broken_one_says_the_same(string loader)
    {
        File.Delete(Path.Combine(_folder.Install("Counter1"), "TestPlugins.Dependency.dll"));
        using var plugins = Open(loader);
        Assert.Contains("TestPlugins.Counter.dll needs TestPlugins.Dependency 0.1.0.0", plugins.Load("counter").Reason);
    }

    [Fact]
    public void A_rescan_finds_what_came_and_what_went_and_keeps_the_others()
    {
        var installed = _folder.Install("Counter1");
        using var plugins = Open(PluginContextFactories.Default.Name);
        using var before = plugins.Lease<IDevicePlugin>(Counter);
        File.SetLastWriteTimeUtc(Path.Combine(installed, "plugin.json"), DateTime.UnixEpoch);
        _folder.Install("Throwing");
        Assert.NotNull(plugins.Rescan().SingleOrDefault(p => p.Id == "throwing"));
        using (var after = plugins.Lease<IDevicePlugin>(Counter)) Assert.Same(before.Plugin, after.Plugin);
        Directory.Delete(installed, recursive: true);
        plugins.Rescan();
        Assert.Throws<PluginException>(() => plugins.Lease<IDevicePlugin>(Counter));
    }

    private PluginRepository Open(string loader) => new([_folder.Path], Loaders.Find(loader), PluginFiles.InPlace);
}
