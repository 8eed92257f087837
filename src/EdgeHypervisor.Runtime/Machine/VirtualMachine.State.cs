// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <content>Saving, restoring, and what a move needs: machine state and pages apart.</content>
public sealed partial class VirtualMachine
{
    /// <summary>
    /// Writes a snapshot that is whole or not there at all: descriptions, firmware, machine state and the pages that
    /// are not zero.
    /// </summary>
    /// <exception cref="VmStateException">It is neither paused nor just created.</exception>
    /// <exception cref="StateException">A component cannot be saved.</exception>
    /// <exception cref="IOException">The disk is full or fails.</exception>
    public void SaveSnapshot(string path) => Visit(() =>
    {
        RequireSavable();
        DurableFile.Replace(path, SaveTo);
    });

    /// <summary>The same to any stream; making it durable is the caller's.</summary>
    public void SaveSnapshot(Stream stream) => Visit(() =>
    {
        RequireSavable();
        SaveTo(stream);
    });

    /// <summary>Finds out whether a snapshot is one of such a machine, without touching anything. May be asked while it runs.</summary>
    /// <exception cref="SnapshotException">Pages do not fit this machine.</exception>
    /// <exception cref="StateException">The state does not fit this machine, or is newer than its plugins.</exception>
    public void RequireFits(Snapshot snapshot) => Visit(() =>
    {
        MachineStateCodec.RequireFits(_machine, snapshot.MachineState);
        snapshot.RequireFits(_machine.Memory);
    });

    /// <summary>Takes over everything of a snapshot. The VM is paused then; when it fails, faulted.</summary>
    /// <exception cref="VmStateException">It runs, or is gone.</exception>
    /// <exception cref="SnapshotException">Pages do not fit this machine.</exception>
    /// <exception cref="StateException">The state does not fit this machine, or is newer than its plugins.</exception>
    public void Restore(Snapshot snapshot) => Restore(snapshot.MachineState, () => snapshot.LoadPages(_machine.Memory));

    /// <summary>
    /// Clock, cores and devices as one portable piece, without RAM (see docs/state-format.md). Pages are read through
    /// <see cref="Memory"/>.
    /// </summary>
    /// <exception cref="VmStateException">It is neither paused nor just created.</exception>
    /// <exception cref="StateException">A component cannot be saved.</exception>
    public byte[] SaveMachineState() => Visit(() =>
    {
        RequireSavable();
        return MachineStateCodec.Save(_machine);
    });

    /// <summary>
    /// Takes over what <see cref="SaveMachineState"/> gave, after the pages have been loaded. The VM is paused then; when
    /// it fails, faulted.
    /// </summary>
    /// <exception cref="VmStateException">It runs, or is gone.</exception>
    /// <exception cref="StateException">The state does not fit this machine, or is newer than its plugins.</exception>
    public void RestoreMachineState(ReadOnlyMemory<byte> state) => Restore(state, () => { });

    /// <summary>Empties the memory of a VM that is about to receive pages.</summary>
    /// <exception cref="VmStateException">It runs, or is gone.</exception>
    public void ClearMemory() => Visit(() =>
    {
        RequireRestorable();
        _machine.Memory.Clear();
    });

    /// <summary>Puts a page that was received into a VM that stands still.</summary>
    /// <param name="region">Index in <see cref="GuestMemory.Banks"/>.</param>
    /// <param name="page">Number of the page in it.</param>
    /// <param name="content">4096 bytes.</param>
    /// <exception cref="VmStateException">It runs, or is gone.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such page.</exception>
    public void LoadPage(int region, ulong page, ReadOnlyMemory<byte> content) => Visit(() =>
    {
        RequireRestorable();
        ArgumentOutOfRangeException.ThrowIfNegative(region);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(region, _machine.Memory.Banks.Count);
        _machine.Memory.LoadPage(region, page, content.Span);
    });

    /// <summary>
    /// Begins to watch for written pages. One set for each region: the pages that were ever touched, which are the ones
    /// to copy first. May be called while it runs.
    /// </summary>
    public IReadOnlyList<PageBitmap> BeginDirtyTracking() => Visit(() =>
    {
        var memory = _machine.Memory;
        for (var region = 0; region < memory.Banks.Count; region++) memory.BeginTracking(region);
        return (IReadOnlyList<PageBitmap>)[.. Enumerable.Range(0, memory.Banks.Count).Select(memory.FindPopulated)];
    });

    /// <summary>
    /// The pages that were written since <see cref="BeginDirtyTracking"/> or the last call, one set for each region; the
    /// watch begins anew. May be called while it runs.
    /// </summary>
    public IReadOnlyList<PageBitmap> CollectDirtyPages() => Visit(() =>
    {
        var memory = _machine.Memory;
        var dirty = memory.Banks.Select(region => new PageBitmap(region.PageCount)).ToArray();
        for (var region = 0; region < dirty.Length; region++) memory.CollectDirty(region, dirty[region]);
        return (IReadOnlyList<PageBitmap>)dirty;
    });

    private void SaveTo(Stream stream)
    {
        using var writer = new SnapshotWriter(stream);
        writer.Write(_machine);
    }

    private void Restore(ReadOnlyMemory<byte> state, Action loadPages) => Visit(() =>
    {
        RequireRestorable();
        RunPosted();
        _request = null;
        _fault = null;
        try
        {
            loadPages();
            MachineStateCodec.Restore(_machine, state);
        }
        catch (Exception exception)
        {
            var component = exception is StateException bad ? new ComponentInfo(bad.Component, "state", "") : new ComponentInfo("snapshot", "state", "");
            Change(new VmStatus(VmState.Faulted, VmCause.PluginFault, component, exception.Message));
            throw;
        }
        Change(_fault ?? new VmStatus(VmState.Paused, VmCause.Owner));
    });

    private void RequireSavable()
    {
        if (_status.State is not (VmState.Created or VmState.Paused)) throw Refuse("save", "pause it first");
        if (_ports.Outstanding > 0) throw Refuse("save", $"{_ports.Outstanding} transactions on its ports are still under way: resume it and pause again");
    }

    private void RequireRestorable()
    {
        if (_status.State is VmState.Running or VmState.Pausing) throw Refuse("restore", "pause or stop it first");
        if (_status.State == VmState.Deleted) throw Refuse("restore", Hint(_status.State));
    }
}
