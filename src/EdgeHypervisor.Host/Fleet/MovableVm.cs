// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>A VM of this board, opened to be moved away.</summary>
internal sealed class MovableVm : IMovableVm
{
    // Up to here the frozen image is made durable while the rest is being sent; a larger VM relies on memory and its last checkpoint.
    private const long KeptImageBytes = 8 << 20;
    private const long KeptStateBytes = 256 << 10; // for the machine's state, and pages touched meanwhile; the file grows where that is not enough
    private const string FirmwareRegion = "firmware";
    private readonly HostedVm _vm;
    private readonly VirtualMachine _machine;
    private readonly ReadOnlyMemory<byte> _firmware;
    private readonly Task<KeptImage?> _kept;
    private bool _isTracking;

    /// <param name="vm">The VM here.</param>
    /// <param name="machine">What runs of it.</param>
    /// <param name="manifest">Its manifest as it travels.</param>
    public MovableVm(HostedVm vm, VirtualMachine machine, string manifest)
    {
        (_vm, _machine) = (vm, machine);
        _firmware = machine.Blueprint.Firmware?.Content ?? default;
        var description = new MovedDescription(manifest, vm.Definition.Machine.Text, vm.Record.Image, vm.Record.Wanted);
        Offer = new VmOffer
        {
            Vm = vm.Id,
            Name = vm.Name,
            Description = JsonSerializer.SerializeToUtf8Bytes(description, HostJson.Default.MovedDescription),
            Regions = [.. machine.Memory.Layout.Select(region => new MovableRegion(region.Name, (long)region.LengthBytes)), new MovableRegion(FirmwareRegion, _firmware.Length)],
        };
        if (Offer.Description.Length > VmOffer.MaximumDescriptionBytes)
            throw new MoveException($"VM {vm.Name}: manifest and machine together are {Offer.Description.Length} bytes, more than the {VmOffer.MaximumDescriptionBytes} that can be offered");
        _kept = Task.Run(MakeKept);
    }

    public VmOffer Offer { get; }

    private int Firmware => Offer.Regions.Length - 1;

    public ValueTask CollectDirtyAsync(PageSet pages, CancellationToken cancellation)
    {
        if (!_isTracking) pages.AddAll(Firmware);
        var dirty = _isTracking ? _machine.CollectDirtyPages() : _machine.BeginDirtyTracking();
        _isTracking = true;
        for (var region = 0; region < dirty.Count; region++)
        {
            foreach (var page in dirty[region].Pages()) pages.Add(region, (int)page);
        }
        return ValueTask.CompletedTask;
    }

    public void ReadPage(int region, int page, Span<byte> destination)
    {
        if (region == Firmware) ReadFirmware(page, destination);
        else if (!_machine.Memory.TryCopyPage(region, (ulong)page, destination)) destination.Clear();
    }

    public TimeSpan RunTime => _machine.Statistics.RunTime;

    public void Throttle(int percent) => _machine.Limit(percent > 0 ? 100 - percent : null);

    public async ValueTask<ReadOnlyMemory<byte>> FreezeAsync(CancellationToken cancellation)
    {
        await _machine.PauseAsync(OutputRelease.Handover, cancellation);
        return _machine.SaveMachineState();
    }

    public async ValueTask KeepImageAsync(CancellationToken cancellation)
    {
        if (await _kept is { } kept) kept.Save(_machine);
    }

    public async ValueTask ResumeAsync(ulong epoch)
    {
        Throttle(0);
        _vm.Own(epoch);
        if (_vm.Record.Wanted == VmWanted.Running) _machine.Resume();
        await CloseKeptAsync();
        await Task.Run(_vm.Folder.TakeKept); // it runs on meanwhile
    }

    public async ValueTask DisposeAsync()
    {
        Throttle(0);
        await CloseKeptAsync();
        _vm.EndMove();
    }

    private KeptImage? MakeKept()
    {
        if (_vm.Definition.MemoryBytes > KeptImageBytes) return null;
        var memory = _machine.Memory;
        var touchedPages = Enumerable.Range(0, memory.Banks.Count).Sum(region => memory.FindPopulated(region).Pages().LongCount());
        return _vm.Folder.MakeKept((touchedPages * MovableRegion.PageBytes) + _firmware.Length + KeptStateBytes);
    }

    private async ValueTask CloseKeptAsync()
    {
        try
        {
            (await _kept)?.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was not made, so it was not used either: the move that needed it has failed with this reason.
        }
    }

    private void ReadFirmware(int page, Span<byte> destination)
    {
        var start = page * MovableRegion.PageBytes;
        var content = _firmware.Span[start..Math.Min(_firmware.Length, start + MovableRegion.PageBytes)];
        destination.Clear();
        content.CopyTo(destination);
    }
}
