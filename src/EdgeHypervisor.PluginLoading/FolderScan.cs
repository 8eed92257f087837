// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// What lies in the plugin folders at one moment: of each plugin the version that counts, and everything that does not
/// with its reason. Reads manifests only.
/// </summary>
internal sealed class FolderScan
{
    private readonly Dictionary<string, InstalledPlugin> _current = new(StringComparer.Ordinal);
    private readonly List<PluginInfo> _unusable = [];

    private FolderScan(IEnumerable<string> folders)
    {
        var found = new List<InstalledPlugin>();
        foreach (var folder in folders.SelectMany(PluginFolders))
        {
            if (TryRead(folder) is { } plugin) found.Add(plugin);
        }
        foreach (var plugin in found) TakeNewest(plugin);
        RefuseDoubleProviders(found);
    }

    /// <summary>The plugins that can be loaded, by id.</summary>
    public IReadOnlyDictionary<string, InstalledPlugin> Current => _current;

    /// <summary>The broken and the superseded.</summary>
    public IReadOnlyList<PluginInfo> Unusable => _unusable;

    /// <summary>Looks at every folder's subfolders: earlier folders first, in each by name.</summary>
    public static FolderScan Of(IEnumerable<string> folders) => new(folders);

    private static IEnumerable<string> PluginFolders(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        var folders = Directory.GetDirectories(folder);
        Array.Sort(folders, StringComparer.Ordinal);
        return folders.Where(f => !Path.GetFileName(f).StartsWith('.'));
    }

    private InstalledPlugin? TryRead(string folder)
    {
        try
        {
            if (!File.Exists(Path.Combine(folder, ManifestReader.FileName)))
                throw new ManifestException("missing: each folder in a plugin folder is a plugin");
            var plugin = new InstalledPlugin(ManifestReader.Read(folder), folder, FolderFingerprint.Of(folder));
            if (plugin.Manifest.Sdk.Contains(SdkVersion.Current)) return plugin;
            Refuse(plugin, PluginStatus.Broken, $"it needs SDK {plugin.Manifest.Sdk.Text}; this is SDK {SdkVersion.Current}");
        }
        catch (Exception e) when (e is ManifestException or IOException or UnauthorizedAccessException)
        {
            _unusable.Add(new PluginInfo
            {
                Id = Path.GetFileName(folder),
                Folder = folder,
                Status = PluginStatus.Broken,
                Reason = e.Message,
            });
        }
        return null;
    }

    // The highest version counts; of two equal ones the one found first.
    private void TakeNewest(InstalledPlugin plugin)
    {
        var id = plugin.Manifest.Id;
        if (!_current.TryGetValue(id, out var other))
        {
            _current.Add(id, plugin);
        }
        else if (plugin.Manifest.Version == other.Manifest.Version)
        {
            Refuse(plugin, PluginStatus.Broken, $"plugin '{id}' {plugin.Manifest.Version} is already there: {other.Folder}");
        }
        else
        {
            var (newer, older) = plugin.Manifest.Version > other.Manifest.Version ? (plugin, other) : (other, plugin);
            _current[id] = newer;
            Refuse(older, PluginStatus.Superseded, null);
        }
    }

    private void RefuseDoubleProviders(IEnumerable<InstalledPlugin> inOrder)
    {
        var providers = new Dictionary<string, InstalledPlugin>(StringComparer.Ordinal);
        foreach (var plugin in inOrder.Where(p => _current.GetValueOrDefault(p.Manifest.Id) == p))
        {
            var taken = plugin.Manifest.Provides.FirstOrDefault(providers.ContainsKey);
            if (taken is null)
            {
                foreach (var id in plugin.Manifest.Provides) providers.Add(id, plugin);
                continue;
            }
            _current.Remove(plugin.Manifest.Id);
            Refuse(plugin, PluginStatus.Broken, $"'{taken}' is already provided by plugin '{providers[taken].Manifest.Id}'");
        }
    }

    private void Refuse(InstalledPlugin plugin, PluginStatus status, string? reason) => _unusable.Add(new PluginInfo
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
    });
}
