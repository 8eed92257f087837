// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>Loading, sharing, replacing and unloading, with every loader of this build.</summary>
public sealed class LeaseTests : IDisposable
{
    private const string Counter = "device.test.counter";
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scanning_loads_nothing()
    {
        _folder.Install("Counter1");
        var loader = new RecordingLoader();
        using var plugins = new PluginRepository([_folder.Path], loader);
        Assert.True(plugins.Provides(Counter));
        Assert.Equal(PluginStatus.Available, plugins.Find("counter")!.Status);
        Assert.Empty(loader.Requests);
        plugins.Lease<IDevicePlugin>(Counter).Dispose();
        Assert.Equal("counter 1.0.0", Assert.Single(loader.Requests).Name);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void The_first_lease_loads_the_plugin_and_its_own_dependency(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        using var lease = plugins.Lease<IDevicePlugin>(Counter);
        Assert.Equal("hello from counter 1", lease.Plugin.ToString());
        Assert.Equal(PluginStatus.Loaded, plugins.Find("counter")!.Status);
        Assert.Equal(1, plugins.Find("counter")!.Leases);
        Assert.Equal(new Version(1, 0, 0), lease.Version);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_plugin_shares_the_sdk_and_nothing_else_with_the_host(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        using var lease = plugins.Lease<IDevicePlugin>(Counter);
        _ = lease.Plugin.ToString();
        var context = AssemblyLoadContext.GetLoadContext(lease.Plugin.GetType().Assembly)!;
        Assert.NotSame(AssemblyLoadContext.Default, context);
        Assert.True(context.IsCollectible);
        Assert.Equal(["TestPlugins.Counter", "TestPlugins.Dependency"], context.Assemblies.Select(a => a.GetName().Name).Order());
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_copy_of_the_sdk_that_a_plugin_brings_is_not_used(string loader)
    {
        var sdk = typeof(IPlugin).Assembly.Location;
        File.Copy(sdk, Path.Combine(_folder.Install("Counter1"), Path.GetFileName(sdk)));
        using var plugins = Open(loader);
        using var lease = plugins.Lease<IDevicePlugin>(Counter);
        Assert.Equal(100u, ReadOnce(lease));
        Assert.Equal(["TestPlugins.Counter"], AssemblyLoadContext.GetLoadContext(lease.Plugin.GetType().Assembly)!.Assemblies.Select(a => a.GetName().Name));
    }

    [Theory, ClassData(typeof(Loaders))]
    public void Every_lease_gets_the_same_factory(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        using var first = plugins.Lease<IDevicePlugin>(Counter);
        using var second = plugins.Lease<IDevicePlugin>(Counter);
        Assert.Same(first.Plugin, second.Plugin);
        Assert.Equal(2, plugins.Find("counter")!.Leases);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_running_vm_keeps_its_version_and_the_next_one_gets_the_new(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        using var old = plugins.Lease<IDevicePlugin>(Counter);
        _folder.Install("Counter2");
        plugins.Rescan();
        using var young = plugins.Lease<IDevicePlugin>(Counter);
        Assert.Equal(100u, ReadOnce(old));
        Assert.Equal(200u, ReadOnce(young));
        Assert.Contains(plugins.List(), p => p is { Id: "counter", Version.Major: 1, Status: PluginStatus.Retiring, Leases: 1 });
        Assert.Contains(plugins.List(), p => p is { Id: "counter", Version.Major: 2, Status: PluginStatus.Loaded, Leases: 1 });
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_folder_can_be_overwritten_while_its_plugin_runs(string loader)
    {
        _folder.Install("Counter1", "counter");
        using var plugins = Open(loader);
        using var old = plugins.Lease<IDevicePlugin>(Counter);
        _folder.Install("Counter2", "counter");
        plugins.Rescan();
        using var young = plugins.Lease<IDevicePlugin>(Counter);
        Assert.Equal("hello from counter 1", old.Plugin.ToString());
        Assert.Equal("hello from counter 2", young.Plugin.ToString());
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_replaced_version_leaves_memory_with_its_last_lease(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        var first = plugins.Lease<IDevicePlugin>(Counter);
        var second = plugins.Lease<IDevicePlugin>(Counter);
        var memory = Memory.To(() => ContextOf(first));
        _folder.Install("Counter2");
        plugins.Rescan();
        first.Dispose();
        Assert.True(Memory.IsHeld(memory));
        second.Dispose();
        Assert.True(Memory.IsFreed(memory));
        Assert.DoesNotContain(plugins.List(), p => p.Status is PluginStatus.Retiring or PluginStatus.Unloading);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_version_whose_devices_ran_leaves_memory_too(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        var lease = plugins.Lease<IDevicePlugin>(Counter);
        var memory = Memory.To(() => ContextOf(lease));
        Assert.Equal(100u, ReadOnce(lease));
        Assert.Equal("hello from counter 1", Ask(lease));
        plugins.Unload("counter");
        Assert.Contains(plugins.List(), p => p is { Status: PluginStatus.Retiring, Leases: 1 });
        lease.Dispose();
        Assert.True(Memory.IsFreed(memory));
    }

    [Theory, ClassData(typeof(Loaders))]
    public void Memory_that_somebody_still_refers_to_shows_in_the_list(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        var lease = plugins.Lease<IDevicePlugin>(Counter);
        var kept = lease.Plugin;
        plugins.Unload("counter");
        lease.Dispose();
        Assert.Contains(plugins.List(), p => p.Status == PluginStatus.Unloading);
        GC.KeepAlive(kept);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_plugin_compiled_ahead_of_time_is_replaced_too_but_its_memory_stays_and_shows_in_the_list(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = new PluginRepository([_folder.Path], new LastingLoader(Loaders.Find(loader)));
        var lease = plugins.Lease<IDevicePlugin>(Counter);
        Assert.False(((AssemblyLoadContext)ContextOf(lease)).IsCollectible);
        Assert.Equal(100u, ReadOnce(lease));
        _folder.Install("Counter2");
        plugins.Rescan();
        using (var young = plugins.Lease<IDevicePlugin>(Counter)) Assert.Equal(200u, ReadOnce(young));
        Assert.Contains(plugins.List(), p => p is { Id: "counter", Version.Major: 1, Status: PluginStatus.Retiring, Leases: 1 });
        lease.Dispose();
        Assert.Contains(plugins.List(), p => p is { Id: "counter", Version.Major: 1, Status: PluginStatus.Remaining, Leases: 0 });
    }

    [Fact]
    public void What_was_compiled_ahead_of_time_is_known_by_its_file()
    {
        Assert.True(AssemblyFile.Read(typeof(Enumerable).Assembly.Location).IsCompiledAhead); // .NET's own are
        Assert.False(AssemblyFile.Read(typeof(LeaseTests).Assembly.Location).IsCompiledAhead);
    }

    [Theory, ClassData(typeof(Loaders))]
    public void An_unloaded_plugin_is_refused_until_it_is_loaded_again(string loader)
    {
        _folder.Install("Counter1");
        using var plugins = Open(loader);
        Assert.Equal(PluginStatus.Unloaded, plugins.Unload("counter").Status);
        Assert.False(plugins.Provides(Counter));
        var refusal = Assert.Throws<PluginException>(() => plugins.Lease<IDevicePlugin>(Counter));
        Assert.Contains("plugin 'counter', which was unloaded", refusal.Message);
        Assert.Equal(PluginStatus.Loaded, plugins.Load("counter").Status);
        plugins.Lease<IDevicePlugin>(Counter).Dispose();
    }

    [Theory, ClassData(typeof(Loaders))]
    public void A_removed_plugin_goes_for_new_vms_only(string loader)
    {
        var installed = _folder.Install("Counter1");
        using var plugins = Open(loader);
        using var lease = plugins.Lease<IDevicePlugin>(Counter);
        Directory.Delete(installed, recursive: true);
        plugins.Rescan();
        Assert.Equal("hello from counter 1", lease.Plugin.ToString());
        Assert.Throws<PluginException>(() => plugins.Lease<IDevicePlugin>(Counter));
    }

    [Fact]
    public void A_rescan_without_changes_keeps_what_is_loaded()
    {
        _folder.Install("Counter1");
        using var plugins = new PluginRepository([_folder.Path]);
        using var before = plugins.Lease<IDevicePlugin>(Counter);
        plugins.Rescan();
        using var after = plugins.Lease<IDevicePlugin>(Counter);
        Assert.Same(before.Plugin, after.Plugin);
    }

    [Fact]
    public void A_lease_given_back_is_of_no_use()
    {
        _folder.Install("Counter1");
        using var plugins = new PluginRepository([_folder.Path]);
        var lease = plugins.Lease<IDevicePlugin>(Counter);
        lease.Dispose();
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Plugin);
        Assert.Equal(0, plugins.Find("counter")!.Leases);
    }

    [Fact]
    public async Task Leasing_while_versions_change_always_gives_a_whole_plugin()
    {
        _folder.Install("Counter1");
        using var plugins = new PluginRepository([_folder.Path]);
        var leasing = Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                using var lease = plugins.Lease<IDevicePlugin>(Counter);
                Assert.Equal($"hello from counter {lease.Version.Major}", lease.Plugin.ToString());
            }
        });
        for (var i = 0; !leasing.IsCompleted; i++)
        {
            _folder.Install("Counter2", $".new-{i}", m => m["version"] = $"2.{i}");
            Directory.Move(Beside($".new-{i}"), Beside($"new-{i}"));
            plugins.Rescan();
        }
        await leasing;
    }

    [Fact]
    public void Copies_that_a_killed_service_left_behind_are_removed_and_those_in_use_are_not()
    {
        var left = Directory.CreateTempSubdirectory("edgehypervisor-plugins-").FullName;
        File.WriteAllText(Path.Combine(left, "lock"), "");
        _folder.Install("Counter1");
        using var running = new PluginRepository([_folder.Path]);
        using var lease = running.Lease<IDevicePlugin>(Counter);
        using var starting = new PluginRepository([_folder.Path]);
        Assert.False(Directory.Exists(left));
        Assert.Equal("hello from counter 1", lease.Plugin.ToString());
    }

    private PluginRepository Open(string loader) => new([_folder.Path], Loaders.Find(loader));

    private string Beside(string name) => Path.Combine(_folder.Path, name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static object ContextOf(PluginLease<IDevicePlugin> lease) =>
        AssemblyLoadContext.GetLoadContext(lease.Plugin.GetType().Assembly)!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong ReadOnce(PluginLease<IDevicePlugin> lease) =>
        ((IMmioDevice)lease.Plugin.Create(null!)).Read(0, default);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string? Ask(PluginLease<IDevicePlugin> lease) => lease.Plugin.ToString();
}
