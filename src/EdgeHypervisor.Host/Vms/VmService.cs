// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>What can be done with the VMs of this board.</summary>
internal sealed partial class VmService(
    DataFolder data,
    ImageStore images,
    MachineLibrary machines,
    VmFactory factory,
    VmTable table,
    IOwnership ownership,
    EventHub events,
    DaemonOptions options,
    TimeProvider time,
    ILogger<VmService> log)
{
    private const string IdSeparator = ".";
    private const int LongestNamePart = 48; // an id has at most 64 characters on the wire
    private const int SavedAtOnce = 4;
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(100);
    private readonly HashSet<string> _firmwareInDoubt = new(StringComparer.Ordinal);
    private readonly List<string> _unreadable = [];

    /// <summary>What was wrong with VMs that were found in the data folder and left alone.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>The firmware of VMs that were coming in when the service ended: it may be known later that they are here.</summary>
    public IReadOnlySet<string> FirmwareInDoubt => _firmwareInDoubt;

    /// <summary>Finds the VMs in the data folder. Nothing of them runs until this board is known to own them.</summary>
    /// <param name="alsoUsed">Firmware that is kept though no VM has it.</param>
    public void Load(IEnumerable<string> alsoUsed)
    {
        var used = alsoUsed.ToHashSet(StringComparer.Ordinal);
        var allRead = true;
        foreach (var path in Directory.GetDirectories(data.Vms))
        {
            if (IsLeftOver(path))
            {
                Directory.Delete(path, recursive: true);
                continue;
            }
            // A VM that was coming in: the journal of its move says what becomes of it.
            if (IncomingImage.FindFirmware(Path.Combine(path, IncomingImage.FolderName)) is { } firmware) _firmwareInDoubt.Add(firmware);
            if (!VmFolder.Exists(path)) continue;
            try
            {
                var folder = VmFolder.Open(path);
                var (record, definition) = folder.Read();
                used.Add(record.Image);
                table.TryAdd(Host(record, definition, folder).Returning());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DescriptionException)
            {
                allRead = false;
                LogUnreadable(path, e.Message);
                _unreadable.Add($"the VM in {path} is left alone, for its folder cannot be read ({e.Message}): mend it, or move it away, and restart");
            }
        }
        // Whoever mends a folder that could not be read wants its firmware to be there still.
        used.UnionWith(_firmwareInDoubt);
        if (allRead) images.Keep(used);
    }

    // Made ready for a VM that was offered and, as no journal speaks of it, never promised to anybody.
    private bool IsLeftOver(string path) => !VmFolder.Exists(path) && !Directory.Exists(Path.Combine(data.Journals, Path.GetFileName(path)));

    public async Task<HostedVm> CreateAsync(VmCreateRequest request, CancellationToken cancellation)
    {
        var definition = Define(request);
        var id = definition.Vm.Name[..Math.Min(definition.Vm.Name.Length, LongestNamePart)] + IdSeparator + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        using var claim = Claim(id, definition);
        var vm = Host(new VmRecord(VmRecord.CurrentVersion, id, definition.Vm.Name, definition.Image, VmWanted.Stopped), definition, null);
        try
        {
            vm.Build();
            RequireAllPorts(vm);
            vm.Own(await ownership.CreateAsync(id, cancellation));
            vm.Folder.Write(vm.Record);
            if (!table.TryAdd(vm)) throw Problems.Conflict("vm-exists", "There is such a VM already", $"a VM '{vm.Name}' was created meanwhile", "name");
            vm.Journal.Happened("vm-created", "created");
            if (request.Start) vm.Start();
            return vm;
        }
        catch
        {
            table.Remove(vm);
            vm.Delete();
            throw;
        }
    }

    // A role that a mistyped port holds is missing elsewhere, and the guest's line leads nowhere.
    private static void RequireAllPorts(HostedVm vm)
    {
        if (vm.UnusedPorts.Count == 0) return;
        throw Problems.Invalid(
            "the manifest maps ports that the machine does not have", "map", $"machine {vm.Definition.Vm.Machine} says what it has: ehv vm plan, docs/descriptions.md",
            [.. vm.UnusedPorts.Select(mapping => $"{mapping.Where}: map.{mapping.Port}: machine {vm.Definition.Vm.Machine} has no such port, so '{mapping.Targets[0].Name}' would lead nowhere")]);
    }

    public async Task DeleteAsync(HostedVm vm, bool force, CancellationToken cancellation) =>
        await vm.ExclusiveAsync(
            async () =>
            {
                if (vm.Machine is { State: VmState.Running or VmState.Pausing } && !force)
                    throw Problems.Conflict("vm-running", "The VM runs", $"VM '{vm.Name}' runs", vm.Name, "stop it first, or use --force");
                await ownership.DeleteAsync(vm.Id, cancellation);
                table.Remove(vm);
                vm.Delete();
                vm.Journal.Happened("vm-deleted", "deleted");
            },
            cancellation);

    /// <summary>Saves all that run, since the service ends: they go on from there when it is back.</summary>
    public Task SuspendAsync(CancellationToken cancellation) =>
        SaveEachAsync(table.All, (vm, patience) => vm.SaveAsync(OutputRelease.ServiceRestart, goOn: false, patience), cancellation);

    /// <summary>Saves all that run; they go on.</summary>
    public Task CheckpointAsync(CancellationToken cancellation) => SaveEachAsync(
        table.All.Where(vm => vm is { IsMoving: false, Machine.State: VmState.Running }),
        (vm, patience) => vm.ExclusiveAsync(() => vm.SaveAsync(OutputRelease.Checkpoint, goOn: true, patience), patience),
        cancellation);

    // One that cannot be saved, or does not stand still to be, keeps no other from it.
    internal static Task SaveEachAsync(IEnumerable<HostedVm> vms, Func<HostedVm, CancellationToken, Task> save, CancellationToken cancellation) => Parallel.ForEachAsync(
        vms,
        new ParallelOptions { MaxDegreeOfParallelism = SavedAtOnce, CancellationToken = cancellation },
        async (vm, end) =>
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(end);
            patience.CancelAfter(LongestSave);
            try
            {
                await Task.Run(() => save(vm, patience.Token), CancellationToken.None).WaitAsync(patience.Token);
            }
            catch (Exception e) when (!end.IsCancellationRequested)
            {
                vm.NotSaved(e is OperationCanceledException ? $"it did not stand still within {LongestSave.TotalSeconds:0} s" : e.Message);
            }
        });

    /// <summary>Makes of a request what a VM is made from.</summary>
    /// <exception cref="DescriptionException">The manifest is wrong, or names an unknown machine.</exception>
    public VmDefinition Define(VmCreateRequest request)
    {
        var vm = DescriptionReader.ParseVirtualMachine(request.Manifest, request.ManifestFile ?? "manifest");
        var machine = machines.Load(vm.Machine, vm.MachineWhere);
        return new VmDefinition(vm, request.Manifest, machine, request.Image ?? StoreFirmware(vm));
    }

    /// <summary>Puts a VM with its folder together, with all that tells of it.</summary>
    /// <param name="record">What is remembered.</param>
    /// <param name="definition">What it is made from.</param>
    /// <param name="folder">Its folder; null to make a new one.</param>
    public HostedVm Host(VmRecord record, VmDefinition definition, VmFolder? folder) => new(
        record,
        definition,
        folder ?? VmFolder.Create(data.Vms, record.Id, definition),
        factory,
        new VmJournal(record.Name, new VmLogBook(time), events, log),
        time);

    /// <exception cref="ProblemException">The guests together would take more memory than the board gives them.</exception>
    public void RequireMemory(VmDefinition definition) => table.RequireMemory(definition, options.GuestMemoryBytes);

    /// <summary>Keeps name and memory for a VM that is about to be here.</summary>
    /// <exception cref="ProblemException">They are taken.</exception>
    public VmClaim Claim(string id, VmDefinition definition) => table.Claim(id, definition, options.GuestMemoryBytes);

    private string StoreFirmware(VirtualMachineDescription vm)
    {
        try
        {
            return images.Store(BootFiles.Read(vm));
        }
        catch (FirmwareException e)
        {
            throw Problems.Invalid($"the firmware cannot be read: {e.Message}", "firmware", "upload it (PUT /v1/images/{digest}) and name its digest as 'image'");
        }
    }

    [LoggerMessage(LogLevel.Error, "VM left alone, its folder cannot be read: {reason} folder={folder}")]
    private partial void LogUnreadable(string folder, string reason);
}
