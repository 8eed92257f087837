// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeHypervisor.Host.Tests.Fleet;

/// <summary>A board's VMs without plugins: everything can be offered to it, nothing can be built.</summary>
internal sealed class ServiceRig : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("ehv-host-").FullName;
    private readonly PluginRepository _plugins = new([]);
    private readonly VmScheduler _scheduler = new(1);
    private readonly Board _peripherals;

    public ServiceRig(long guestMemoryBytes = 1 << 20)
    {
        var time = TimeProvider.System;
        Options = new DaemonOptions { BoardFile = "", DataFolder = _path, SocketPath = "", PluginFolders = [], MachineFolders = [], GuestMemoryBytes = guestMemoryBytes };
        Data = DataFolder.Open(_path);
        Images = new ImageStore(Data);
        _peripherals = new Board(DescriptionReader.ParseBoard("{ kind: Board, name: bench, peripherals: { led: { driver: none.led } } }", "bench.yaml"), new DriverCatalog(_plugins, _ => { }), time, _ => { });
        Board = new HostBoard(_peripherals, "bench", new HostBackends(Data));
        Machines = new MachineLibrary([]);
        Factory = new VmFactory(_scheduler, new PluginCatalog(_plugins), Board, Images, time);
        Service = new VmService(Data, Images, Machines, Factory, Table, new JournaledOwnership(), Events, Options, time, NullLogger<VmService>.Instance);
        Vms = With(null);
    }

    public DaemonOptions Options { get; }

    public DataFolder Data { get; }

    public ImageStore Images { get; }

    public EventHub Events { get; } = new(TimeProvider.System);

    public HostBoard Board { get; }

    public PluginRepository Plugins => _plugins;

    public MachineLibrary Machines { get; }

    public VmTable Table { get; } = new();

    public VmFactory Factory { get; }

    public VmService Service { get; }

    public BoardVms Vms { get; }

    /// <summary>A VM without ports.</summary>
    public static VmDefinition Define(string name, int memoryKi, string image) => new(
        DescriptionReader.ParseVirtualMachine(Manifest(name, memoryKi), "vm.yaml"), Manifest(name, memoryKi), MachineSource.Parse(Machine, "m.yaml"), image);

    /// <summary>What another board would say of it.</summary>
    public static VmOffer Offer(string id, string name, int memoryKi = 16, string? image = null, int firmwareBytes = 5000)
    {
        var moved = new MovedDescription(Manifest(name, memoryKi), Machine, image ?? ImageStore.DigestOf(new byte[firmwareBytes]), VmWanted.Running);
        return new VmOffer
        {
            Vm = id,
            Name = name,
            Description = JsonSerializer.SerializeToUtf8Bytes(moved, HostJson.Default.MovedDescription),
            Regions = [new MovableRegion("ram", memoryKi * 1024), new MovableRegion("firmware", firmwareBytes)],
        };
    }

    public async Task<OfferAnswer> AskAsync(VmOffer offer) => await Vms.CheckAsync("other", offer, CancellationToken.None);

    /// <summary>The same, for a board that takes nothing, and why.</summary>
    public BoardVms With(string? whyNothingComes) => new(Table, Service, Board, Factory, Images, new DepartedPages(Data.Departed, Options.KnownPagesBytes), Data, Events, TimeProvider.System, NullLogger<BoardVms>.Instance, whyNothingComes);

    /// <summary>A VM that is here.</summary>
    public HostedVm Host(string name) => Service.Host(new VmRecord(VmRecord.CurrentVersion, $"id-{name}", name, "", VmWanted.Stopped), Define(name, 16, ""), null);

    /// <summary>What takes commands over a connection, without anything to plan with.</summary>
    public FleetCommands Commands(FakeConnection connection, ILogger<FleetCommands> log)
    {
        var time = TimeProvider.System;
        var trust = BoardTrust.Open(Data.Keys, "bench", null, time, _ => { });
        var moves = new MoveService(Table, Board, MoveRecord.StoreOf(Data), Events, new MoveOptions(), time, NullLogger<MoveService>.Instance);
        var jobs = new FleetJobs(Board, FleetJobRecord.StoreOf(Data), [], Events, NullLogger<FleetJobs>.Instance);
        var publisher = new FleetPublisher(NullLogger.Instance) { Connection = connection };
        return new FleetCommands(
            Board, trust, publisher, moves, jobs, plans: null!, new ImageUploads(Data, Images), Images, Table, new Placement(new FleetDirectory(NullLogger.Instance)), log);
    }

    /// <summary>What has happened of a kind.</summary>
    public async Task<IReadOnlyList<ServiceEvent>> EventsAsync(string kind)
    {
        Events.Publish("asked", "");
        var events = new List<ServiceEvent>();
        await foreach (var happened in Events.ListenAsync(withRecent: true, CancellationToken.None))
        {
            if (happened.Kind == "asked") break;
            if (happened.Kind == kind) events.Add(happened);
        }
        return events;
    }

    public void Dispose()
    {
        foreach (var vm in Table.All) vm.Dispose();
        _peripherals.Dispose();
        _scheduler.Dispose();
        _plugins.Dispose();
        Data.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private const string Machine = "{ kind: Machine, name: m, core: { plugin: core.none }, memory: { ram: { at: 0x2000_0000 } }, devices: { nothing: { plugin: device.none, at: 0x4000_0000 } } }";

    private static string Manifest(string name, int memoryKi) => $"{{ kind: VirtualMachine, name: {name}, machine: m, firmware: f, memory: {memoryKi}Ki }}";
}
