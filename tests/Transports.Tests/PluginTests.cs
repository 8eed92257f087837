// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.PluginLoading;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>Tests that look at the memory of the whole process: nothing else may run beside them.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>The built plugins, loaded as the service loads them: each in a memory of its own that goes away again.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class PluginTests
{
    private static string Plugins { get; } = typeof(PluginTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "PluginFolder").Value!;

    [BrokerFact]
    public async Task Mqtt_works_from_a_plugin_folder_and_leaves_no_memory_behind()
    {
        using var broker = await MosquittoBroker.StartAsync();
        using var plugins = new PluginRepository([Plugins]);
        var memory = await UseAsync(plugins, "transport.mqtt", new() { ["host"] = "127.0.0.1", ["port"] = $"{broker.Port}" });
        // The plugin's last call may still be below this one on the stack.
        await Task.Yield();
        plugins.Unload("mqtt");
        Assert.True(await IsFreedAsync(memory), "the MQTT plugin is still in memory");
    }

    [Fact]
    public async Task The_in_process_broker_works_from_a_plugin_folder_and_leaves_no_memory_behind()
    {
        using var plugins = new PluginRepository([Plugins]);
        var memory = await UseAsync(plugins, "transport.in-process", []);
        await Task.Yield();
        plugins.Unload("in-process");
        Assert.True(await IsFreedAsync(memory), "the in-process plugin is still in memory");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync(PluginRepository plugins, string id, Dictionary<string, string> options)
    {
        using var lease = plugins.Lease<ITransportPlugin>(id);
        await using var connection = lease.Plugin.Create(new TestContext("plugin", options));
        await connection.ConnectAsync(Patience.Token);
        var recorder = new Recorder();
        await connection.SubscribeAsync("a/+", TransportQos.AtLeastOnce, recorder.Handle, Patience.Token);
        await connection.PublishAsync(Messages.Of("a/b", "c"), Patience.Token);
        Assert.Equal("c", await recorder.NextTextAsync());
        return new WeakReference(AssemblyLoadContext.GetLoadContext(connection.GetType().Assembly));
    }

    // A thread of the client library may still be on its way out of the plugin's code when it is asked to go.
    private static async Task<bool> IsFreedAsync(WeakReference memory)
    {
        for (var waited = Stopwatch.StartNew(); memory.IsAlive && waited.Elapsed < Patience.Limit; await Task.Delay(10))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return !memory.IsAlive;
    }
}
