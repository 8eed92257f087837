// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// Private copies of the plugins in use. A plugin runs from its copy, so that its folder can be exchanged, overwritten or
/// deleted at any time, and a library that it loads late is still the one it came with.
/// </summary>
/// <remarks>
/// They lie in a temporary folder that only this user can enter. A lock file tells the folders of running services from
/// what a killed one left behind.
/// </remarks>
internal sealed class ShadowCopies : IDisposable
{
    private const string Prefix = "edgehypervisor-plugins-";
    private const string LockName = "lock";
    private readonly string _root;
    private readonly FileStream _lock;
    private int _count;

    public ShadowCopies()
    {
        RemoveLeftovers();
        _root = Directory.CreateTempSubdirectory(Prefix).FullName;
        _lock = Lock(_root, FileMode.Create);
    }

    /// <summary>Copies a plugin's folder as it was when it was scanned.</summary>
    /// <returns>The copy's folder.</returns>
    /// <exception cref="PluginFaultException">The folder has changed since.</exception>
    public string Create(InstalledPlugin plugin)
    {
        var target = Path.Combine(_root, $"{Interlocked.Increment(ref _count)}-{plugin.Manifest.Id}");
        foreach (var file in FolderFingerprint.FilesOf(plugin.Folder))
        {
            var copy = target + file.FullName[plugin.Folder.Length..];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
        }
        return FolderFingerprint.Of(plugin.Folder) == plugin.Fingerprint
            ? target
            : throw new PluginFaultException("its folder has changed since it was last looked at; rescan");
    }

    /// <summary>Deletes a copy. What is mapped from it stays valid until it is unmapped.</summary>
    public static void Delete(string copy)
    {
        if (!Directory.Exists(copy)) return;
        // Mostly that is all: .NET goes through what is left with code that it compiles first.
        foreach (var file in Directory.EnumerateFiles(copy)) File.Delete(file);
        Directory.Delete(copy, recursive: true);
    }

    // Under the lock to the end: another service that starts meanwhile would take the folder for a leftover and delete it too.
    public void Dispose()
    {
        Delete(_root);
        _lock.Dispose();
    }

    private static FileStream Lock(string root, FileMode mode) =>
        new(Path.Combine(root, LockName), mode, FileAccess.Write, FileShare.None);

    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*")) RemoveIfLeft(folder);
    }

    private static void RemoveIfLeft(string folder)
    {
        try
        {
            using var _ = Lock(folder, FileMode.Open);
            Directory.Delete(folder, recursive: true); // it may be anybody's link, which must not be followed
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use by another service, or another user's.
        }
    }
}
