// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Host.Systemd;
using EdgeHypervisor.Lending;
using EdgeHypervisor.Migration;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>The service: puts its parts together, starts them in order, and ends them in the other.</summary>
internal sealed partial class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSave = TimeSpan.FromMinutes(2);
    private readonly DaemonOptions _options;
    private readonly WebApplication _application;
    private readonly ILogger _log;
    private readonly DataFolder _data;
    private readonly PluginRepository _plugins;
    private readonly Board _peripherals;
    private readonly HostBoard _board;
    private readonly VmScheduler _scheduler;
    private readonly SchedulerHeartbeat _heartbeat;
    private readonly IServiceManager _manager;
    private readonly FileStore? _files;
    private readonly VmTable _table = new();
    private readonly VmService _vms;
    private readonly FleetLinks _links;
    private readonly LendingEndpoint _lending;
    private readonly BoardTrust _trust;
    private readonly MoveEndpoint _endpoint;
    private readonly MoveService _moves;
    private readonly FleetService _fleet;
    private readonly FleetJobs _jobs;
    private readonly FleetCommands _commands;
    private readonly ServiceStatus _status;
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    /// <exception cref="ConfigurationException">Something that is set does not fit.</exception>
    public Daemon(DaemonOptions options)
    {
        _options = options;
        var time = TimeProvider.System;
        ControlServer.PrepareSocket(options.SocketPath);
        _data = DataFolder.Open(options.DataFolder);
        var logs = JournalLog.ToStandardError(options.LogLevel);
        _log = logs.CreateLogger<Daemon>();
        _manager = ServiceManagerRegistration.Find(logs);
        var probe = new SchedulerProbe();
        // Takes as long to build as all else that is put together here, and needs nothing of it.
        var building = Task.Run(() => Build(options, logs, _manager, probe));
        var events = new EventHub(time);
        (_plugins, var drivers, var machines, var description, _trust) = Foundation.Read(options, _data, time, LogReport);
        _files = _manager.IsPresent ? new FileStore(_manager, logs.CreateLogger<FileStore>()) : null;
        _peripherals = new Board(description, drivers, time, LogReport, _files);
        _board = new HostBoard(_peripherals, options.Name ?? description.Name, new HostBackends(_data));
        _scheduler = new VmScheduler(options.Workers);
        _heartbeat = new SchedulerHeartbeat(_scheduler);
        probe.Use(_heartbeat);
        var images = new ImageStore(_data);
        var factory = new VmFactory(_scheduler, new PluginCatalog(_plugins), _board, images, time);
        var ownership = new JournaledOwnership();
        _vms = new VmService(_data, images, machines, factory, _table, ownership, events, options, time, logs.CreateLogger<VmService>());
        var boardVms = new BoardVms(_table, _vms, _board, factory, images, new DepartedPages(_data.Departed, options.KnownPagesBytes), _data, events, time, logs.CreateLogger<BoardVms>(), _trust.WhyNothingComes);
        _links = FleetLinks.Create(options.Transport, _board.Name, _plugins, LogReport);
        _lending = new LendingEndpoint(
            options.Lending with { Board = _board.Name, TopicRoot = FleetTopics.Root, EpochsFile = _data.LentEpochs },
            _peripherals, (vm, epoch) => _trust.WhyNothingComes ?? WhyNotLentTo(vm, epoch), _links.Control, _trust.Protection, LogReport, time);
        _board.Use(_lending);
        _endpoint = new MoveEndpoint(
            new MoveEndpointOptions
            {
                Board = _board.Name,
                JournalFolder = _data.Journals,
                TopicRoot = FleetTopics.Root,
                Patience = options.MovePatience,
                FrozenPatience = options.MoveFrozenPatience,
            },
            boardVms, _links.Control, _links.Data, _trust.Protection, LogReport, time);
        ownership.Use(_endpoint);
        _moves = new MoveService(_table, _board, MoveRecord.StoreOf(_data), events, options.Moves, time, logs.CreateLogger<MoveService>());
        _fleet = new FleetService(_links.Control, _trust, _board, options, machines, _table, events, time, logs.CreateLogger<FleetService>());
        _moves.Use(_endpoint, _fleet.WhyUnreachable);
        var plans = new PlanService(_board, _vms, _plugins, _fleet);
        var placement = new Placement(_fleet.Directory);
        var fleetMoves = new FleetMoves(_board, _moves, _fleet.Directory, _fleet.Caller, time);
        var updates = new UpdateWork(_board, _table, images, time);
        _jobs = new FleetJobs(
            _board,
            FleetJobRecord.StoreOf(_data),
            [
                new EvacuateWork(_board, _table, placement, plans, fleetMoves), new RebalanceWork(_fleet.Directory, fleetMoves),
                new RolloutWork(_board, _fleet.Directory, images, fleetMoves, updates, time), updates,
            ],
            events,
            logs.CreateLogger<FleetJobs>());
        images.InUse = () => [.. _table.All.Select(vm => vm.Record.Image), .. _jobs.ImagesInUse, .. boardVms.ImagesOnTheirWay, .. _vms.FirmwareInDoubt];
        _commands = new FleetCommands(
            _board, _trust, _fleet.Publisher, _moves, _jobs, plans, new ImageUploads(_data, images), images, _table, placement, logs.CreateLogger<FleetCommands>());
        _status = new ServiceStatus(_board, _table, _vms, _fleet, _links, _plugins, time);
        Routes =
        [
            .. new ServiceRoutes(_status, events).Routes,
            .. new BoardRoutes(_board, machines, time).Routes,
            .. new PluginRoutes(_plugins, new PluginFolder(_data.Plugins), events).Routes,
            .. new ImageRoutes(images).Routes,
            .. new VmRoutes(_table, _vms, plans, _board).Routes,
            .. new SnapshotRoutes(_table).Routes,
            .. new ConsoleRoutes(_table).Routes,
            .. new DebugRoutes(_table).Routes,
            .. new TraceRoutes(_table).Routes,
            .. new MoveRoutes(_moves, _fleet).Routes,
            .. new OwnershipRoutes(_endpoint, _table, events).Routes,
        ];
        _application = building.GetAwaiter().GetResult();
        ControlServer.Map(_application, Routes);
    }

    /// <summary>Everything that the control API does.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>What the board's file says and this host does not have; nothing is opened.</summary>
    public IReadOnlyList<string> CheckBoard() => _peripherals.Check();

    /// <summary>Runs until the process is asked to end.</summary>
    public async Task RunAsync()
    {
        _vms.Load(_jobs.ImagesInUse); // before anybody can ask
        await _application.StartAsync();
        ControlServer.OpenSocket(_options.SocketPath);
        var background = StartFleet();
        _status.MarkReady();
        _manager.Ready($"board {_board.Name}, {_table.All.Count} VMs");
        LogReady(_board.Name, _options.SocketPath, _table.All.Count, _status.StartMs);
        _ = Task.Run(OpenBoard);
        _ = CheckpointAsync();
        if (!_links.IsOffline) _ = WarmUp.RunAsync(_data.Rehearsal, _ending.Token);

        await WaitForEndAsync();
        await EndAsync();
        await background;
    }

    public async ValueTask DisposeAsync()
    {
        await _lending.DisposeAsync();
        await _links.DisposeAsync();
        _trust.Dispose();
        foreach (var vm in _table.All) vm.Dispose();
        _peripherals.Dispose();
        _heartbeat.Dispose();
        _scheduler.Dispose();
        _plugins.Dispose();
        await _application.DisposeAsync();
        _data.Dispose();
    }

    private static WebApplication Build(DaemonOptions options, ILoggerFactory logs, IServiceManager manager, IWatchdogProbe probe)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(probe);
        builder.Services.AddServiceManager(manager);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestGoodbye);
        ControlServer.Configure(builder, options.SocketPath);
        return builder.Build();
    }

    // Which epoch it has, its borrower says itself; whether it has left this board, the journal.
    private string? WhyNotLentTo(string vm, ulong epoch) =>
        _table.FindName(vm) is { } here && (here.Epoch >= epoch || _endpoint.Owns(here.Id)) ? $"VM {vm} is on this board itself" : null;

    // The journals tell which VMs to run at once; the broker may be reached at any time after that.
    private async Task StartFleet()
    {
        try
        {
            var connecting = _links.IsOffline ? Task.CompletedTask : Task.WhenAll(_links.Control.ConnectAsync(_ending.Token), _links.Data.ConnectAsync(_ending.Token));
            await Task.WhenAll(_lending.StartAsync(_ending.Token), StartMovingAsync(), _fleet.RunAsync(_commands), connecting);
            _jobs.Resume();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The service ends.
        }
        catch (TransportException e)
        {
            LogReport($"the fleet cannot be joined: {e.Message}");
        }
    }

    private async Task StartMovingAsync()
    {
        await _endpoint.StartAsync(_ending.Token);
        _moves.Resume();
    }

    private void OpenBoard()
    {
        _board.OpenAll();
        _files?.DropUnclaimed();
    }

    private async Task CheckpointAsync()
    {
        if (_options.Checkpoint is not { } period) return;
        using var timer = new PeriodicTimer(period);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token)) await _vms.CheckpointAsync(_ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private async Task WaitForEndAsync()
    {
        var ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _application.Lifetime.ApplicationStopping.Register(ending.SetResult);
        await ending.Task;
    }

    private async Task EndAsync()
    {
        LogEnding(_table.All.Count);
        _manager.Stopping();
        _manager.ExtendTimeout(LongestSave);
        await _fleet.LeaveAsync();
        await _ending.CancelAsync();
        await _jobs.DisposeAsync();
        await _fleet.DisposeAsync();
        await _endpoint.DisposeAsync();
        await _vms.SuspendAsync(CancellationToken.None);
        foreach (var vm in _table.All) vm.Dispose(); // consoles end with their VMs, after the last word
        await _lending.DisposeAsync();
        await _application.StopAsync();
        LogEnded();
    }

    private void LogReport(string message) => LogReport(_log, message);

    [LoggerMessage(LogLevel.Information, "ready board={board} socket={socket} vms={vms} start_ms={startMs}")]
    private partial void LogReady(string board, string socket, int vms, long startMs);

    [LoggerMessage(LogLevel.Information, "ending, saving VMs vms={vms}")]
    private partial void LogEnding(int vms);

    [LoggerMessage(LogLevel.Information, "ended")]
    private partial void LogEnded();

    [LoggerMessage(LogLevel.Warning, "{message}")]
    private static partial void LogReport(ILogger log, string message);
}
