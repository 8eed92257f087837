// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>
/// Open files that outlive the service, in systemd's file descriptor store (sd_notify(3), FDSTORE; FileDescriptorStoreMax in
/// the unit). The files of an earlier run are there at once, and are let go of when nobody has wanted them.
/// </summary>
internal sealed partial class FileStore : IFileKeeper
{
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC

    private readonly IServiceManager _manager;
    private readonly ILogger<FileStore> _log;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _kept = new(StringComparer.Ordinal); // our own duplicates
    private readonly HashSet<string> _unclaimed = new(StringComparer.Ordinal);

    public FileStore(IServiceManager manager, ILogger<FileStore> log)
    {
        (_manager, _log) = (manager, log);
        foreach (var file in manager.InheritedFiles)
        {
            if (!_kept.TryAdd(file.Name, file.Descriptor)) Close(file.Descriptor);
            _unclaimed.Add(file.Name);
        }
    }

    public void Keep(string name, int descriptor)
    {
        lock (_lock)
        {
            Forget(name);
            _kept.Add(name, Duplicate(descriptor));
            _manager.KeepFile(name, descriptor);
        }
    }

    public int? Take(string name)
    {
        lock (_lock)
        {
            _unclaimed.Remove(name);
            return _kept.TryGetValue(name, out var descriptor) ? Duplicate(descriptor) : null;
        }
    }

    public void Drop(string name)
    {
        lock (_lock) Forget(name);
    }

    /// <summary>Lets go of what an earlier run kept and nobody has taken: the board has changed since.</summary>
    public void DropUnclaimed()
    {
        lock (_lock)
        {
            foreach (var name in _unclaimed.ToArray())
            {
                LogUnclaimed(name);
                Forget(name);
            }
        }
    }

    private void Forget(string name)
    {
        _unclaimed.Remove(name);
        if (!_kept.Remove(name, out var descriptor)) return;
        _manager.ForgetFile(name);
        Close(descriptor);
    }

    private static int Duplicate(int descriptor) => Control(descriptor, DuplicateCloseOnExec, 0) is >= 0 and var copy
        ? copy
        : throw new PeripheralException($"file {descriptor} cannot be kept: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LoggerMessage(LogLevel.Warning, "kept file let go of, nothing on the board wants it any more name={name}")]
    private partial void LogUnclaimed(string name);
}
