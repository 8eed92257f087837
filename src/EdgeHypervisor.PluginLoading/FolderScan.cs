// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// What lies in the plugin folders at one moment: of each plugin the version that counts, and everything that does not
/// with its reason. Reads manifests only.
/// </summary>
internal sealed class FolderScan
{
    private readonly PluginFiles _files;
    private readonly List<InstalledPlugin> _current = [];
    private PluginInfo[] _unusable = [];

    private FolderScan(string[] folders, PluginFiles files)
    {
        _files = files;
        var found = new List<InstalledPlugin>();
        foreach (var folder in folders)
        {
            if (Directory.Exists(folder)) ReadAll(folder, found);
        }
        foreach (var plugin in found) TakeNewest(plugin);
        RefuseDoubleProviders(found);
    }

    /// <summary>The plugins that can be loaded, one of each id.</summary>
    public List<InstalledPlugin> Current => _current;

    /// <summary>The broken and the superseded.</summary>
    public PluginInfo[] Unusable => _unusable;

    /// <summary>Looks at every folder's subfolders: earlier folders first, in each by name.</summary>
    public static FolderScan Of(string[] folders, PluginFiles files = PluginFiles.Copied) => new(folders, files);

    /// <summary>Whether there is a plugin of that id that can be loaded.</summary>
    public bool Has(string id) => FindCurrent(id) >= 0;

    private void ReadAll(string folder, List<InstalledPlugin> found)
    {
        var folders = Directory.GetDirectories(folder);
        Array.Sort(folders, string.CompareOrdinal);
        foreach (var one in folders)
        {
            if (!Path.GetFileName(one).StartsWith('.') && TryRead(one) is { } plugin) found.Add(plugin);
        }
    }

    private InstalledPlugin? TryRead(string folder)
    {
        try
        {
            if (!File.Exists(Path.Combine(folder, ManifestReader.FileName)))
                throw new ManifestException("missing: each folder in a plugin folder is a plugin");
            var plugin = new InstalledPlugin(ManifestReader.Read(folder), folder, _files == PluginFiles.Copied ? FolderFingerprint.Of(folder) : null);
            if (plugin.Manifest.Sdk.Contains(SdkVersion.Current)) return plugin;
            Refuse(plugin, PluginStatus.Broken, $"it needs SDK {plugin.Manifest.Sdk.Text}; this is SDK {SdkVersion.Current}");
        }
        catch (Exception e) when (e is ManifestException or IOException or UnauthorizedAccessException)
        {
            _unusable = [.. _unusable, new PluginInfo
            {
                Id = Path.GetFileName(folder),
                Folder = folder,
                Status = PluginStatus.Broken,
                Reason = e.Message,
            }];
        }
        return null;
    }

    // The highest version counts; of two equal ones the one found first.
    private void TakeNewest(InstalledPlugin plugin)
    {
        var id = plugin.Manifest.Id;
        var at = FindCurrent(id);
        if (at < 0)
        {
            _current.Add(plugin);
        }
        else if (_current[at] is var other && plugin.Manifest.Version == other.Manifest.Version)
        {
            Refuse(plugin, PluginStatus.Broken, $"plugin '{id}' {plugin.Manifest.Version} is already there: {other.Folder}");
        }
        else
        {
            var (newer, older) = plugin.Manifest.Version > other.Manifest.Version ? (plugin, other) : (other, plugin);
            _current[at] = newer;
            Refuse(older, PluginStatus.Superseded, null);
        }
    }

    private void RefuseDoubleProviders(List<InstalledPlugin> inOrder)
    {
        var providers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var plugin in inOrder)
        {
            var at = FindCurrent(plugin.Manifest.Id);
            if (at < 0 || _current[at] != plugin) continue;
            if (Array.Find(plugin.Manifest.Provides, providers.ContainsKey) is { } taken)
            {
                _current.RemoveAt(at);
                Refuse(plugin, PluginStatus.Broken, $"'{taken}' is already provided by plugin '{providers[taken]}'");
                continue;
            }
            foreach (var id in plugin.Manifest.Provides) providers.Add(id, plugin.Manifest.Id);
        }
    }

    private int FindCurrent(string id)
    {
        var at = _current.Count - 1;
        while (at >= 0 && _current[at].Manifest.Id != id) at--;
        return at;
    }

    private void Refuse(InstalledPlugin plugin, PluginStatus status, string? reason) => _unusable = [.. _unusable, new PluginInfo
    {
        Id = plugin.Manifest.Id,
        Kind = plugin.Manifest.Kind,
        Version = plugin.Manifest.Version,
        Sdk = plugin.Manifest.Sdk.Text,
        Description = plugin.Manifest.Description,
        Provides = plugin.Manifest.Provides,
        Folder = plugin.Folder,
        Status = status,
        Reason = reason,
    }];
}
