// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Migration;

/// <summary>
/// A board's part in moving VMs: takes offers, moves its own VMs away, and takes up after a restart whatever its journals
/// say was under way. It alone says whether a VM may run on this board. Thread-safe.
/// </summary>
public sealed class MoveEndpoint : IAsyncDisposable
{
    /// <summary>Makes an endpoint; <see cref="StartAsync"/> brings it to life.</summary>
    /// <param name="options">Names, folders, times.</param>
    /// <param name="vms">The board's VMs.</param>
    /// <param name="control">For the few small messages that decide; its session should outlive a lost connection.</param>
    /// <param name="data">For the pages; a connection of its own, without a session.</param>
    /// <param name="report">Takes what an operator should know, a line each.</param>
    /// <param name="time">The clock of all waiting.</param>
    public MoveEndpoint(
        MoveEndpointOptions options,
        IBoardVms vms,
        ITransportConnection control,
        ITransportConnection data,
        Action<string> report,
        TimeProvider time) => throw new NotImplementedException();

    /// <summary>
    /// Reads the journals, tells the board which VMs to run, then listens. The connections need not be open yet: what is in
    /// doubt is asked about as soon as they are.
    /// </summary>
    public Task StartAsync(CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>All VMs that have a journal here.</summary>
    public IReadOnlyList<VmOwnership> List() => throw new NotImplementedException();

    /// <summary>Journals that this board owns a VM which it has just created; to be awaited before the VM runs.</summary>
    /// <returns>The epoch under which it may run.</returns>
    /// <exception cref="MoveException">The id is in use.</exception>
    public ValueTask<ulong> CreateAsync(string vm, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Forgets a VM that this board owns and its owner has deleted.</summary>
    /// <exception cref="MoveException">It is not owned here, or is being moved.</exception>
    public ValueTask DeleteAsync(string vm, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Begins to move a VM that this board owns.</summary>
    /// <param name="vm">The VM's id.</param>
    /// <param name="destination">The board to move it to.</param>
    /// <param name="options">How; null: as usual.</param>
    /// <exception cref="MoveException">It is not owned here, or is being moved.</exception>
    public MoveJob Move(string vm, string destination, MoveOptions? options = null) => throw new NotImplementedException();

    /// <summary>Asks for a VM back whose destination does not answer: it comes back when the destination promises not to run it.</summary>
    public void Reclaim(string vm) => throw new NotImplementedException();

    /// <summary>
    /// An operator's word that the other board of a move in doubt is dead for good: runs the VM here. If it is not dead and
    /// runs the VM, two copies run, until the boards can talk and the older epoch stops.
    /// </summary>
    public void ForceAdopt(string vm) => throw new NotImplementedException();

    /// <summary>Ends listening. Attempts under way are taken up at the next start by what the journals say.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
