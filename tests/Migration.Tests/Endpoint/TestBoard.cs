// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;

namespace Migration.Tests;

/// <summary>A board with its endpoint, which can be killed and started again.</summary>
internal sealed class TestBoard(string name, Func<ITransportConnection> connect, Witness witness) : IAsyncDisposable
{
    public TestBoard(string name, LossyBroker broker, Witness witness)
        : this(name, broker.Connect, witness)
    {
    }

    private readonly TemporaryFolder _folder = new();
    private MoveEndpoint? _endpoint;

    public string Name => name;

    public FakeBoard Vms { get; } = new(name, witness);

    public ConcurrentQueue<string> Reports { get; } = [];

    public MoveEndpoint Endpoint => _endpoint!;

    public IControlProtection Protection { get; set; } = new NoControlProtection();

    public string Journals => _folder.Path;

    public Func<MoveEndpointOptions, MoveEndpointOptions> Configure { get; set; } = o => o;

    public async Task<TestBoard> StartAsync()
    {
        Vms.Revive();
        var options = Configure(new MoveEndpointOptions
        {
            Board = name,
            JournalFolder = _folder.Path,
            Retry = TimeSpan.FromMilliseconds(20),
            MaximumRetry = TimeSpan.FromMilliseconds(200),
            Patience = TimeSpan.FromMinutes(2),
            FrozenPatience = TimeSpan.FromMinutes(2),
        });
        _endpoint = new MoveEndpoint(options, Vms, connect(), connect(), Protection, Reports.Enqueue, TimeProvider.System);
        await _endpoint.StartAsync(CancellationToken.None);
        return this;
    }

    public async Task CreateAsync(string vm, int ramKiB = 256, int pagesPerBeat = 3, int firmwareBytes = 10_000)
    {
        var regions = new MovableRegion[] { new("ram", ramKiB * 1024L), new("firmware", firmwareBytes) };
        Vms.Add(vm, new FakeGuest(regions) { PagesPerBeat = pagesPerBeat });
        await Vms.RunAsync(vm, await Endpoint.CreateAsync(vm, CancellationToken.None));
    }

    /// <summary>Kills the process: the endpoint hears and says nothing any more, memory is gone, journals stay.</summary>
    public async Task CrashAsync()
    {
        Vms.Crash();
        await Endpoint.DisposeAsync();
        Vms.Crash();
    }

    /// <summary>Kills the process if it holds no VM, and starts it again.</summary>
    public async Task<bool> RestartIfEmptyAsync()
    {
        if (!Vms.TryCrashIdle()) return false;
        await Endpoint.DisposeAsync();
        await StartAsync();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.DisposeAsync();
        Vms.Crash();
        _folder.Dispose();
    }
}
