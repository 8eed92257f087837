// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;
using EdgeHypervisor.Composition;
using EdgeHypervisor.ControlApi;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Host;

/// <summary>A VM's folder: its texts, what is wanted of it, its last saved state and its snapshots.</summary>
internal sealed class VmFolder
{
    private const string RecordName = "vm.json";
    private const string ManifestName = "manifest.yaml";
    private const string MachineName = "machine.yaml";
    private const string StateName = "state.snapshot";
    private const string UnusableName = "state.unusable";
    private const string KeptName = "kept.image";
    private const string SnapshotExtension = ".snapshot";
    private readonly string _path;
    private readonly string _snapshots;

    private VmFolder(string path)
    {
        _path = path;
        _snapshots = Directory.CreateDirectory(Path.Combine(path, "snapshots")).FullName;
        StagedFile.Sweep(_path);
        StagedFile.Sweep(_snapshots);
    }

    /// <summary>Where the state is that the VM goes on from after a restart of the service; there may be none.</summary>
    public string StatePath => Path.Combine(_path, StateName);

    /// <summary>When the state was saved; null when there is none.</summary>
    public DateTimeOffset? SavedAt => File.Exists(StatePath) ? new DateTimeOffset(File.GetLastWriteTimeUtc(StatePath), TimeSpan.Zero) : null;

    /// <summary>Makes the folder of a new VM.</summary>
    public static VmFolder Create(string vms, string id, VmDefinition definition)
    {
        var folder = Make(vms, id);
        folder.Write(definition);
        StagedFile.SyncFolder(vms);
        return folder;
    }

    /// <summary>Makes the folder, with nothing in it: the disk is not waited for.</summary>
    public static VmFolder Make(string vms, string id) => new(Directory.CreateDirectory(Path.Combine(vms, id)).FullName);

    /// <summary>Writes what the VM is made from.</summary>
    public void Write(VmDefinition definition)
    {
        Write(ManifestName, Encoding.UTF8.GetBytes(definition.ManifestText));
        Write(MachineName, Encoding.UTF8.GetBytes(definition.Machine.Text));
    }

    /// <summary>Whether a folder is that of a VM, and not only of one that is coming in.</summary>
    public static bool Exists(string path) => File.Exists(Path.Combine(path, RecordName)) || File.Exists(Path.Combine(path, ManifestName));

    /// <summary>Opens a folder that is there.</summary>
    public static VmFolder Open(string path)
    {
        var folder = new VmFolder(path);
        folder.TakeKept();
        return folder;
    }

    /// <summary>Reads what it holds.</summary>
    /// <exception cref="DescriptionException">A text is wrong.</exception>
    /// <exception cref="IOException">A file is missing or damaged.</exception>
    public (VmRecord Record, VmDefinition Definition) Read()
    {
        var record = ReadRecord();
        var manifest = Path.Combine(_path, ManifestName);
        var text = DescriptionReader.Load(manifest);
        var machine = Path.Combine(_path, MachineName);
        return (record, new VmDefinition(
            DescriptionReader.ParseVirtualMachine(text, manifest), text, MachineSource.Parse(DescriptionReader.Load(machine), machine), record.Image));
    }

    /// <summary>Writes what is to be remembered. Whoever finds a record finds a whole VM: it is written last.</summary>
    public void Write(VmRecord record) => Write(RecordName, JsonSerializer.SerializeToUtf8Bytes(record, HostJson.Default.VmRecord));

    /// <summary>The place of a snapshot with a name.</summary>
    public string SnapshotPath(string name) => Path.Combine(_snapshots, name + SnapshotExtension);

    /// <summary>Its snapshots.</summary>
    public IReadOnlyList<SnapshotInfo> ListSnapshots() =>
    [
        .. new DirectoryInfo(_snapshots).EnumerateFiles("*" + SnapshotExtension)
            .Select(file => new SnapshotInfo(Path.GetFileNameWithoutExtension(file.Name), new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero), file.Length))
            .OrderBy(snapshot => snapshot.At),
    ];

    /// <summary>Forgets the saved state: the VM begins anew next time.</summary>
    public void DeleteState()
    {
        File.Delete(StatePath);
        DeleteIncoming();
        StagedFile.SyncFolder(_path);
    }

    /// <summary>Keeps a saved state that cannot be used beside, as <c>state.unusable</c>; one of them.</summary>
    public void SetStateAside()
    {
        if (File.Exists(StatePath)) File.Move(StatePath, Path.Combine(_path, UnusableName), overwrite: true);
        StagedFile.SyncFolder(_path);
    }

    /// <summary>Puts a saved state in its place. What a move brought is older.</summary>
    public void CommitState(StagedFile state)
    {
        state.Commit();
        DeleteIncoming();
    }

    /// <summary>Makes room for the image of the VM, as it is when it leaves.</summary>
    public KeptImage MakeKept(long lengthBytes) => KeptImage.Create(KeptPath, lengthBytes);

    /// <summary>The VM did not leave: what was kept of it is its newest saved state.</summary>
    public void TakeKept()
    {
        if (!File.Exists(KeptPath)) return;
        if (KeptImage.Read(KeptPath) is { } snapshot)
        {
            var keptAt = File.GetLastWriteTimeUtc(KeptPath);
            using var state = new StagedFile(StatePath);
            state.Content.Write(snapshot);
            CommitState(state);
            File.SetLastWriteTimeUtc(StatePath, keptAt);
        }
        File.Delete(KeptPath);
        StagedFile.SyncFolder(_path);
    }

    /// <summary>Deletes all of it. Without a record there is no VM, so that goes first.</summary>
    public void Delete()
    {
        File.Delete(Path.Combine(_path, RecordName));
        StagedFile.SyncFolder(_path);
        Directory.Delete(_path, recursive: true);
    }

    private string KeptPath => Path.Combine(_path, KeptName);

    private void DeleteIncoming() => IncomingImage.Delete(Path.Combine(_path, IncomingImage.FolderName));

    private VmRecord ReadRecord()
    {
        var path = Path.Combine(_path, RecordName);
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), HostJson.Default.VmRecord)
                ?? throw new IOException($"{path}: it is empty");
            return record.Version is > 0 and <= VmRecord.CurrentVersion
                ? record
                : throw new IOException($"{path}: version {record.Version} is newer than the {VmRecord.CurrentVersion} that this service knows: update it");
        }
        catch (JsonException e)
        {
            throw new IOException($"{path}: damaged: {e.Message}", e);
        }
    }

    private void Write(string name, ReadOnlySpan<byte> content)
    {
        using var file = new StagedFile(Path.Combine(_path, name));
        file.Content.Write(content);
        file.Commit();
    }
}
