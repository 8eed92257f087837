// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text.Json;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Composition;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.PluginLoading;
using EdgeHypervisor.Runtime;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>The board's VMs as moving them needs it: opened, received, run, freed as the journals say.</summary>
internal sealed partial class BoardVms(
    VmTable table, VmService service, HostBoard board, VmFactory factory, ImageStore images, DepartedPages departed, DataFolder data, EventHub events, TimeProvider time,
    ILogger<BoardVms> log, string? whyNothingComes = null) : IBoardVms
{
    private readonly ConcurrentDictionary<string, IncomingVm> _incoming = new(StringComparer.Ordinal);

    /// <summary>The firmware of VMs that come in.</summary>
    public IEnumerable<string> ImagesOnTheirWay => _incoming.Values.Select(incoming => incoming.Definition.Image);

    public async ValueTask<IMovableVm> OpenAsync(string vm, CancellationToken cancellation)
    {
        var hosted = table.FindId(vm) ?? throw new MoveException($"there is no VM {vm}");
        try
        {
            await hosted.BeginMoveAsync(cancellation);
        }
        catch (ProblemException e)
        {
            throw new MoveException(e.Message, e);
        }
        try
        {
            if (hosted.Machine is not { State: Runtime.VmState.Running or Runtime.VmState.Paused } machine)
                throw new MoveException($"VM {hosted.Name} is {hosted.Machine?.Status.ToString() ?? hosted.Problem}; only one that runs or is paused can be moved");
            return new MovableVm(hosted, machine, board.ToTravel(hosted.Definition));
        }
        catch
        {
            hosted.EndMove();
            throw;
        }
    }

    public async ValueTask<OfferAnswer> CheckAsync(string source, VmOffer offer, CancellationToken cancellation)
    {
        if (whyNothingComes is not null)
        {
            LogRefused(offer.Name, source, whyNothingComes);
            return OfferAnswer.Refuse(whyNothingComes);
        }
        try
        {
            return await AcceptAsync(offer, cancellation);
        }
        catch (Exception e) when (e is ProblemException or DescriptionException or OptionException or PluginException or MachineException or FirmwareException or BindingException or JsonException or IOException or FormatException)
        {
            LogRefused(offer.Name, source, e.Message);
            return OfferAnswer.Refuse(e.Message);
        }
    }

    public ValueTask<bool> HasPreparedAsync(string vm, Digest256 digest, CancellationToken cancellation) =>
        new(Task.Run(() => IncomingImage.IsWhole(IncomingFolder(vm), digest), cancellation));

    public async ValueTask RunAsync(string vm, ulong epoch)
    {
        if (table.FindId(vm) is { } here)
        {
            await here.ReturnAsync(() =>
            {
                here.Own(epoch);
                here.Folder.TakeKept();
                RestoreUnsaved(here);
                here.Recover();
            });
            return;
        }
        var incoming = _incoming.GetValueOrDefault(vm) is { Machine: not null } received ? received : null;
        var arrived = await ArriveAsync(vm, incoming, epoch);
        arrived.Recover();
        _ = RememberAsync(arrived, incoming);
    }

    public TimeSpan? RunningFor(string vm) => table.FindId(vm)?.Machine?.RunningFor;

    public async ValueTask FreeAsync(string vm)
    {
        if (table.FindId(vm) is not { } hosted) return;
        table.Remove(hosted);
        if (hosted.Machine is { } machine) await Task.Run(() => departed.Keep(vm, machine.Memory));
        hosted.Delete();
        hosted.Journal.Happened("vm-left", "runs on another board now");
    }

    public ValueTask ReleaseAsync(string vm)
    {
        // This board does not own it. If it is here all the same, the service ended between the journal's word that it has left and its deletion.
        if (table.FindId(vm) is not null) return FreeAsync(vm);
        IncomingImage.Delete(IncomingFolder(vm));
        if (Directory.Exists(FolderOf(vm))) Directory.Delete(FolderOf(vm), recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<OfferAnswer> AcceptAsync(VmOffer offer, CancellationToken cancellation)
    {
        var (moved, definition) = Read(offer.Description);
        if (definition.Vm.Name != offer.Name) return OfferAnswer.Refuse($"the offer is for '{offer.Name}', its manifest for '{definition.Vm.Name}'");
        if (table.FindId(offer.Vm) is not null) return OfferAnswer.Refuse("the VM is on this board");
        if (table.FindName(offer.Name) is { } other && other.Id != offer.Vm) return OfferAnswer.Refuse($"another VM '{offer.Name}' is on this board");
        var expected = definition.Machine.Machine.Memory.Where(region => region.AliasOf is null).Select(region => (long)(region.SizeBytes ?? (ulong)definition.Vm.MemoryBytes));
        var offered = offer.Regions.Select(region => region.LengthBytes).ToArray();
        if (!expected.SequenceEqual(offered[..^1])) return OfferAnswer.Refuse("the offered memory is not that of the machine");
        if (offered[^1] is 0 or > ImageStore.MaximumBytes) return OfferAnswer.Refuse($"firmware of {offered[^1]} bytes is not from 1 to {ImageStore.MaximumBytes}");
        var claim = service.Claim(offer.Vm, definition); // what others are offered meanwhile counts
        OfferAnswer? accepted = null;
        try
        {
            var plan = await board.PlanAsync(definition.Vm, definition.Machine.Machine, PlanPurpose.MoveHere, cancellation);
            return plan.CanRun ? accepted = MakeRoom(offer, moved, definition, claim) : OfferAnswer.Refuse(string.Join("; ", plan.Problems)); // before anything is sent
        }
        finally
        {
            if (accepted is null) claim.Dispose();
        }
    }

    private OfferAnswer MakeRoom(VmOffer offer, MovedDescription moved, VmDefinition definition, VmClaim claim)
    {
        IncomingImage? image = null;
        try
        {
            image = IncomingImage.Create(IncomingFolder(offer.Vm), offer);
            var journal = new VmJournal(offer.Name, new VmLogBook(time), events, log);
            var incoming = new IncomingVm(offer.Vm, VmFolder.Make(data.Vms, offer.Vm), moved, definition, image, factory, images, journal, claim, Forget);
            _incoming[offer.Vm] = incoming;
            return OfferAnswer.Accept(incoming, KnownPages(offer.Vm, definition));
        }
        catch
        {
            image?.Dispose();
            Directory.Delete(FolderOf(offer.Vm), recursive: true); // of a VM that is not here
            throw;
        }
    }

    private PageLibrary KnownPages(string vm, VmDefinition definition)
    {
        var library = new PageLibrary();
        if (images.Find(definition.Image) is { } file) library.AddFile(file);
        departed.AddTo(library, vm);
        return library;
    }

    private static (MovedDescription Moved, VmDefinition Definition) Read(ReadOnlyMemory<byte> description)
    {
        var moved = JsonSerializer.Deserialize(description.Span, HostJson.Default.MovedDescription) ?? throw new JsonException("the description is null");
        if (!ImageStore.IsDigest(moved.Image)) throw new FormatException($"'{moved.Image}' is not a digest");
        var vm = DescriptionReader.ParseVirtualMachine(moved.Manifest, "offered manifest");
        return (moved, new VmDefinition(vm, moved.Manifest, MachineSource.Parse(moved.Machine, "offered machine"), moved.Image));
    }

    // What was received and built; or, after a restart, what is on the disk.
    private async Task<HostedVm> ArriveAsync(string id, IncomingVm? incoming, ulong epoch)
    {
        var (moved, definition) = incoming is not null ? (incoming.Moved, incoming.Definition) : ReadIncoming(id);
        var record = new VmRecord(VmRecord.CurrentVersion, id, definition.Vm.Name, definition.Image, moved.Wanted);
        var hosted = service.Host(record, definition, incoming?.Folder ?? VmFolder.Make(data.Vms, id));
        hosted.Own(epoch);
        try
        {
            if (incoming is not null) hosted.Adopt(incoming.Take());
            else RestorePrepared(hosted);
            if (!table.TryAdd(hosted)) throw new MoveException($"another VM '{hosted.Name}' is on this board; delete that one, and restart the service");
        }
        catch
        {
            hosted.Dispose();
            if (incoming is not null) await incoming.DisposeAsync(); // what came in is on the disk still
            throw;
        }
        hosted.Journal.Happened("vm-arrived", $"runs here now, epoch {epoch}");
        return hosted;
    }

    // A VM that came in and was not saved anew before the service ended: what came in is the newest there is.
    private void RestoreUnsaved(HostedVm vm)
    {
        if (vm.Machine is null && vm.Folder.SavedAt is null && IncomingImage.Exists(IncomingFolder(vm.Id))) RestorePrepared(vm);
    }

    private (MovedDescription Moved, VmDefinition Definition) ReadIncoming(string id)
    {
        using var image = IncomingImage.Open(IncomingFolder(id)) ?? throw new MoveException($"nothing of VM {id} is in {IncomingFolder(id)}");
        return Read(image.Offer);
    }

    private void RestorePrepared(HostedVm vm)
    {
        using var image = IncomingImage.Open(IncomingFolder(vm.Id)) ?? throw new MoveException($"nothing of VM {vm.Name} is in {IncomingFolder(vm.Id)}");
        var machine = vm.Build();
        machine.ClearMemory();
        var page = new byte[MovableRegion.PageBytes];
        for (var region = 0; region < machine.Memory.Layout.Count; region++)
        {
            for (var i = 0; i < image.Regions[region].PageCount; i++)
            {
                image.ReadPage(region, i, page);
                if (page.AsSpan().ContainsAnyExcept((byte)0)) machine.LoadPage(region, (ulong)i, page);
            }
        }
        machine.RestoreMachineState(image.ReadState());
        vm.Journal.Happened("vm-recovered", "comes back as it arrived from another board");
    }

    // It runs already. What came in is durable, and is what it comes back from until it is saved anew: there is no hurry.
    private async Task RememberAsync(HostedVm vm, IncomingVm? incoming)
    {
        await Task.Yield();
        try
        {
            incoming?.CloseImage();
            departed.Forget(vm.Id);
            await vm.ExclusiveAsync(() => Task.Run(vm.Write), CancellationToken.None);
        }
        catch (Exception e) when (e is ProblemException or IOException or UnauthorizedAccessException)
        {
            vm.Journal.Failed("vm-not-saved", $"could not be written down after it arrived: {e.Message}");
        }
    }

    private void Forget(IncomingVm incoming) => _incoming.TryRemove(new KeyValuePair<string, IncomingVm>(incoming.Id, incoming));

    private string FolderOf(string vm) => Path.Combine(data.Vms, vm);

    private string IncomingFolder(string vm) => Path.Combine(FolderOf(vm), IncomingImage.FolderName);

    [LoggerMessage(LogLevel.Warning, "refused vm={vm} from board={source}: {reason}")]
    private partial void LogRefused(string vm, string source, string reason);
}
