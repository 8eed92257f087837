// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host;

/// <summary>The folder where everything is kept that must survive. Only one service uses it at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    public string Vms => Sub("vms");

    public string Images => Sub("images");

    /// <summary>Files that VMs may have as disks.</summary>
    public string Disks => Sub("disks");

    public string Plugins => Sub("plugins");

    public string Journals => Sub("journals");

    public string Keys => Sub("keys");

    /// <summary>Under which epochs VMs of other boards have used peripherals of this one.</summary>
    public string LentEpochs => System.IO.Path.Combine(Path, "lent-epochs");

    public string Jobs => Sub("jobs");

    public string Moves => Sub("moves");

    /// <summary>Where moves are rehearsed; not there otherwise.</summary>
    public string Rehearsal => System.IO.Path.Combine(Path, "rehearsal");

    /// <summary>Pages of VMs that have left.</summary>
    public string Departed => Sub("departed");

    public string Uploads => Sub("uploads");

    /// <exception cref="ConfigurationException">It cannot be made, or another service uses it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            // FileShare.None is flock(2) here: the kernel lets go when the process ends, however it ends.
            return new DataFolder(path, new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ConfigurationException([$"{SettingNames.Data}: {e.Message} Give the service's user the folder, or name another with --data."]);
        }
        catch (IOException e)
        {
            throw new ConfigurationException([$"{SettingNames.Data}: '{path}' is in use by another service, or cannot be used: {e.Message}"]);
        }
    }

    public void Dispose() => _lock.Dispose();

    private string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
}
