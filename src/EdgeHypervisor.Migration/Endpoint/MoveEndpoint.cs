// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>
/// A board's part in moving VMs: takes offers, moves its own VMs away, and takes up after a restart whatever its journals
/// say was under way. It alone says whether a VM may run on this board. Thread-safe.
/// </summary>
public sealed class MoveEndpoint : IAsyncDisposable
{
    private readonly MoveEndpointOptions _options;
    private readonly BoardLinks _links;
    private readonly VmActorContext _context;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, VmActor> _actors = new(StringComparer.Ordinal);
    private readonly Lock _creating = new();

    /// <summary>Makes an endpoint; <see cref="StartAsync"/> brings it to life.</summary>
    /// <param name="options">Names, folders, times.</param>
    /// <param name="vms">The board's VMs.</param>
    /// <param name="control">For the few small messages that decide; its session should outlive a lost connection.</param>
    /// <param name="data">For the pages; a connection of its own, without a session.</param>
    /// <param name="protection">Who is believed: <see cref="NoControlProtection"/>, or boards by their keys.</param>
    /// <param name="report">Takes what an operator should know, a line each.</param>
    /// <param name="time">The clock of all waiting.</param>
    public MoveEndpoint(
        MoveEndpointOptions options,
        IBoardVms vms,
        ITransportConnection control,
        ITransportConnection data,
        IControlProtection protection,
        Action<string> report,
        TimeProvider time)
    {
        WireName.Require(options.Board, "Board");
        _options = options;
        _links = new BoardLinks(options, control, data, protection, report);
        _context = new VmActorContext(options, vms, _links, (vm, result) => Settled?.Invoke(vm, result), report, time, _closing.Token);
        _links.Reconnected += OnReconnected;
    }

    /// <summary>
    /// A move from before the last restart has come to its end: the VM's id, and how. It has no job any more, so its figures
    /// are not known. From any thread; handlers return at once.
    /// </summary>
    public event Action<string, MoveResult>? Settled;

    /// <summary>
    /// Reads the journals, tells the board which VMs to run, then listens. The connections need not be open yet: what is in
    /// doubt is asked about as soon as they are. A journal that can't be read is reported and its VM left alone.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_options.JournalFolder);
        foreach (var folder in Directory.GetDirectories(_options.JournalFolder).Order()) await RecoverAsync(folder).ConfigureAwait(false);
        await _links.ListenAsync(Receive, cancellation).ConfigureAwait(false);
        OnReconnected();
    }

    /// <summary>All VMs that have a journal here, or are being offered.</summary>
    public IReadOnlyList<VmOwnership> List() => [.. _actors.Values.Where(a => !a.IsIdleAndUnknown).Select(a => a.Ownership).OrderBy(o => o.Vm, StringComparer.Ordinal)];

    /// <summary>Whether this board owns a VM, and has not given it up for another board.</summary>
    public bool Owns(string vm) => _actors.TryGetValue(vm, out var actor) && actor.Ownership.Kind is VmRecordKind.Owner or VmRecordKind.Offering;

    /// <summary>Journals that this board owns a VM which it has just created; to be awaited before the VM runs.</summary>
    /// <returns>The epoch under which it may run.</returns>
    /// <exception cref="MoveException">The id is no name, or in use.</exception>
    public async ValueTask<ulong> CreateAsync(string vm, CancellationToken cancellation)
    {
        WireName.Require(vm, "VM id");
        VmActor actor;
        lock (_creating)
        {
            if (_actors.TryGetValue(vm, out var present) && !present.IsIdleAndUnknown) throw new MoveException($"VM id {vm} is in use on this board.");
            actor = present ?? Add(vm, null);
        }
        return await actor.CreateAsync().WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Forgets a VM that this board owns and its owner has deleted.</summary>
    /// <exception cref="MoveException">It is not owned here, or is being moved.</exception>
    public async ValueTask DeleteAsync(string vm, CancellationToken cancellation) => await Actor(vm).DeleteAsync().WaitAsync(cancellation).ConfigureAwait(false);

    /// <summary>Begins to move a VM that this board owns. What speaks against it is in the job's result.</summary>
    /// <param name="vm">The VM's id.</param>
    /// <param name="destination">The board to move it to.</param>
    /// <param name="options">How; null: as usual.</param>
    /// <param name="id">The job's id; null: a new one.</param>
    /// <exception cref="MoveException">There is no such VM, or the destination is no name or this board.</exception>
    public MoveJob Move(string vm, string destination, MoveOptions? options = null, string? id = null)
    {
        WireName.Require(destination, "Board");
        if (destination == _options.Board) throw new MoveException($"VM {vm} is on board {destination} already.");
        var actor = Actor(vm);
        var job = new MoveJob(id ?? Guid.NewGuid().ToString("N"), vm, destination, options ?? new MoveOptions(), _ => actor.Post(new ProtocolInput.Cancel()));
        actor.Begin(job);
        return job;
    }

    /// <summary>Asks for a VM back whose destination does not answer: it comes back when the destination promises not to run it.</summary>
    /// <exception cref="MoveException">There is no such VM.</exception>
    public void Reclaim(string vm) => Actor(vm).Post(new ProtocolInput.Reclaim());

    /// <summary>
    /// An operator's word that the other board of a move in doubt is dead for good: runs the VM here. If it is not dead and
    /// runs the VM, two copies run.
    /// </summary>
    /// <exception cref="MoveException">There is no such VM.</exception>
    public void ForceAdopt(string vm) => Actor(vm).Post(new ProtocolInput.ForceAdopt());

    /// <summary>Ends listening. Attempts under way are taken up at the next start by what the journals say.</summary>
    public async ValueTask DisposeAsync()
    {
        _links.Reconnected -= OnReconnected;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _links.DisposeAsync().ConfigureAwait(false);
        foreach (var actor in _actors.Values) await actor.DisposeAsync().ConfigureAwait(false);
        _actors.Clear();
    }

    private async Task RecoverAsync(string folder)
    {
        var vm = Path.GetFileName(folder);
        try
        {
            if (!WireName.IsValid(vm) || OwnershipJournal.Open(folder) is not { } journal) return;
            await Add(vm, journal).RestartAsync().ConfigureAwait(false);
        }
        catch (JournalException e)
        {
            _context.Report(e.Message);
        }
    }

    private void Receive(ControlMessage message)
    {
        var vm = message.Message.Move.Vm;
        if (!_actors.TryGetValue(vm, out var actor) && ActorForUnknown(message) is { } added) actor = added;
        actor?.Post(message);
    }

    /// <summary>Only what may begin something makes an actor, and not without bound.</summary>
    private VmActor? ActorForUnknown(ControlMessage message)
    {
        if (message.Message.Kind is not (ProtocolMessageKind.Prepare or ProtocolMessageKind.Finish or ProtocolMessageKind.Revoke)) return null;
        lock (_creating)
        {
            foreach (var known in _actors.Values.Where(a => a.IsRefusal).OrderByDescending(a => a.Since).Skip(_options.MaximumRefused)) known.ForgetRefusal();
            var unknown = _actors.Values.Count(a => a.IsUnknown);
            if (unknown >= _options.MaximumIncoming) RemoveIdle();
            if (_actors.Values.Count(a => a.IsUnknown) < _options.MaximumIncoming) return _actors.GetValueOrDefault(message.Message.Move.Vm) ?? Add(message.Message.Move.Vm, null);
        }
        _context.Report($"an offer of VM {message.Message.Move.Vm} by {message.From} was dropped: {_options.MaximumIncoming} others are under way");
        return null;
    }

    private void RemoveIdle()
    {
        foreach (var idle in _actors.Values.Where(a => a.IsIdleAndUnknown).ToArray())
        {
            if (_actors.TryRemove(idle.Vm, out _)) _ = idle.DisposeAsync().AsTask();
        }
    }

    private VmActor Add(string vm, OwnershipJournal? journal) => _actors[vm] = new VmActor(vm, _context, journal);

    private VmActor Actor(string vm) => _actors.TryGetValue(vm, out var actor) && !actor.IsIdleAndUnknown
        ? actor
        : throw new MoveException($"There is no VM with the id {vm} on board {_options.Board}.");

    private void OnReconnected()
    {
        foreach (var actor in _actors.Values) actor.OnReconnected();
    }
}
