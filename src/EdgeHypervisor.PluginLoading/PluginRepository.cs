// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// The plugins of this service. Start-up reads manifests only; an assembly is loaded when its plugin is first leased, in a
/// memory of its own that it shares with nobody. Plugins come, go and are replaced while VMs run: whoever holds a lease
/// keeps the version it started with, whoever asks next gets the newest.
/// </summary>
/// <remarks>
/// A plugin is a subfolder of one of the plugin folders, with a <c>plugin.json</c> and its assemblies. To replace one,
/// put the new version beside the old one, or exchange the folder, and call <see cref="Rescan"/>. A broken plugin is
/// listed with its reason and disturbs nobody. A plugin that was compiled ahead of time is used as such, and the memory of
/// a replaced version of it stays until the service ends. Thread-safe.
/// </remarks>
public sealed class PluginRepository : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string[] _folders;
    private readonly IPluginContextFactory _contexts;
    private readonly PluginFiles _files;
    private readonly ShadowCopies? _copies;
    private readonly List<PluginVersion> _current = [];
    private readonly HashSet<string> _unloaded = new(StringComparer.Ordinal);
    private readonly List<PluginVersion> _retired = [];
    private PluginInfo[] _unusable = [];

    /// <summary>Reads the manifests in these folders.</summary>
    /// <param name="folders">Folders of plugins, the most important first; one that does not exist counts as empty.</param>
    /// <param name="contexts">What loads assemblies; null for <see cref="PluginContextFactories.Default"/>.</param>
    /// <param name="files">Which files the plugins run from.</param>
    public PluginRepository(IReadOnlyList<string> folders, IPluginContextFactory? contexts = null, PluginFiles files = PluginFiles.Copied)
    {
        _folders = new string[folders.Count];
        for (var i = 0; i < _folders.Length; i++) _folders[i] = Path.GetFullPath(folders[i]);
        _contexts = contexts ?? PluginContextFactories.Default;
        _files = files;
        if (files == PluginFiles.Copied) _copies = new ShadowCopies();
        Scan();
    }

    /// <summary>Every version that is installed or still in memory, by id and version.</summary>
    public IReadOnlyList<PluginInfo> List()
    {
        lock (_lock)
        {
            _retired.RemoveAll(v => !v.IsInMemory);
            return [.. _current.Select(Describe)
                .Concat(_retired.Select(v => v.DescribeRetired()))
                .Concat(_unusable)
                .OrderBy(p => p.Id, StringComparer.Ordinal).ThenByDescending(p => p.Version)];
        }
    }

    /// <summary>The version of a plugin that new VMs get, or a broken one of that id; null if there is none.</summary>
    public PluginInfo? Find(string pluginId)
    {
        lock (_lock)
        {
            return FindCurrent(pluginId) is { } version
                ? Describe(version)
                : _unusable.FirstOrDefault(p => p.Id == pluginId);
        }
    }

    /// <summary>Whether a component such as <c>device.uart.16550</c> could be leased, as far as the manifests tell.</summary>
    public bool Provides(string componentId)
    {
        lock (_lock) return FindProvider(componentId) is { Reason: null } v && !_unloaded.Contains(v.Manifest.Id);
    }

    /// <summary>
    /// Looks at the folders again: new plugins become available, changed ones replace the old version for whoever asks
    /// next, removed ones go when their last lease is back. Also gives broken ones whose files changed a new chance.
    /// </summary>
    public IReadOnlyList<PluginInfo> Rescan()
    {
        Scan();
        return List();
    }

    /// <summary>Takes a lease on a component, and loads its plugin if that was not done yet.</summary>
    /// <typeparam name="TPlugin">The contract of the component's kind.</typeparam>
    /// <param name="componentId">The component's id: <c>device.uart.16550</c>.</param>
    /// <exception cref="PluginException">Nobody provides it, its plugin is broken or unloaded, or it is of another kind.</exception>
    public PluginLease<TPlugin> Lease<TPlugin>(string componentId)
        where TPlugin : class, IPlugin
    {
        while (true)
        {
            var version = GetProvider(componentId);
            RequireKind<TPlugin>(componentId, version.Manifest.Kind);
            if (version.TryLease<TPlugin>(componentId) is { } lease) return lease;
            if (version.Reason is { } reason) throw Broken(componentId, version.Manifest.Id, version.Manifest.Version, reason);
            // It was replaced between the two steps: the next one is there by now.
        }
    }

    /// <summary>Loads a plugin now, or again after it was unloaded or found broken. Never throws for what the plugin does.</summary>
    /// <returns>How it stands: loaded, or broken with the reason.</returns>
    /// <exception cref="PluginException">There is no such plugin.</exception>
    public PluginInfo Load(string pluginId)
    {
        PluginVersion version;
        lock (_lock)
        {
            version = GetCurrent(pluginId);
            _unloaded.Remove(pluginId);
            if (version.Reason is not null) version = Replace(version.Installed);
        }
        version.EnsureLoaded();
        lock (_lock) return Describe(version);
    }

    /// <summary>
    /// Takes a plugin out of service until <see cref="Load"/>: new leases are refused, running VMs keep theirs, and its
    /// memory goes with the last one.
    /// </summary>
    /// <exception cref="PluginException">There is no such plugin.</exception>
    public PluginInfo Unload(string pluginId)
    {
        lock (_lock)
        {
            var version = GetCurrent(pluginId);
            _unloaded.Add(pluginId);
            return Describe(Replace(version.Installed));
        }
    }

    /// <summary>Lets every plugin go, at the end of the service; leases that are still out can load nothing more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var version in _current) LetGo(version);
            _current.Clear();
        }
        _copies?.Dispose();
    }

    private void Scan()
    {
        var scan = FolderScan.Of(_folders, _files);
        lock (_lock)
        {
            for (var i = _current.Count - 1; i >= 0; i--)
            {
                if (!scan.Has(_current[i].Manifest.Id)) Retire(_current[i]);
            }
            foreach (var plugin in scan.Current)
            {
                if (!IsCurrent(plugin)) Replace(plugin);
            }
            _unusable = scan.Unusable;
        }
    }

    private bool IsCurrent(InstalledPlugin plugin) =>
        FindCurrent(plugin.Manifest.Id) is { } version
        && version.Installed.Folder == plugin.Folder
        && version.Installed.Fingerprint == plugin.Fingerprint;

    private PluginVersion Replace(InstalledPlugin plugin)
    {
        if (FindCurrent(plugin.Manifest.Id) is { } old) Retire(old);
        var version = new PluginVersion(plugin, _contexts, _copies);
        _current.Add(version);
        return version;
    }

    private void Retire(PluginVersion version)
    {
        _current.Remove(version);
        LetGo(version);
    }

    private void LetGo(PluginVersion version)
    {
        version.Retire();
        if (version.IsInMemory) _retired.Add(version);
    }

    private PluginInfo Describe(PluginVersion version) => version.Describe(
        _unloaded.Contains(version.Manifest.Id) ? PluginStatus.Unloaded
        : version.IsLoaded ? PluginStatus.Loaded
        : PluginStatus.Available);

    private PluginVersion? FindCurrent(string pluginId)
    {
        foreach (var version in _current)
        {
            if (version.Manifest.Id == pluginId) return version;
        }
        return null;
    }

    private PluginVersion? FindProvider(string componentId)
    {
        foreach (var version in _current)
        {
            if (version.Manifest.Provides.Contains(componentId)) return version;
        }
        return null;
    }

    private PluginVersion GetCurrent(string pluginId)
    {
        if (FindCurrent(pluginId) is { } version) return version;
        var reason = _unusable.FirstOrDefault(p => p.Id == pluginId)?.Reason;
        throw new PluginException(reason is null
            ? $"there is no plugin '{pluginId}'; installed are {ListOf(_current.Select(v => v.Manifest.Id))}"
            : $"plugin '{pluginId}' is broken: {reason}");
    }

    private PluginVersion GetProvider(string componentId)
    {
        lock (_lock)
        {
            var version = FindProvider(componentId);
            if (version is null) ThrowNoProvider(componentId);
            return !_unloaded.Contains(version.Manifest.Id)
                ? version
                : throw new PluginException($"'{componentId}' is provided by plugin '{version.Manifest.Id}', which was unloaded; load it first");
        }
    }

    [DoesNotReturn]
    private void ThrowNoProvider(string componentId)
    {
        if (_unusable.FirstOrDefault(p => p.Provides.Contains(componentId) && p.Reason is not null) is { } broken)
            throw Broken(componentId, broken.Id, broken.Version, broken.Reason!);
        var kind = componentId.Split('.')[0];
        var similar = _current.SelectMany(v => v.Manifest.Provides).Where(id => id.Split('.')[0] == kind);
        throw new PluginException(
            $"no plugin provides '{componentId}'; of kind '{kind}' there are {ListOf(similar)} (plugin folders: {string.Join(", ", _folders)})");
    }

    private static void RequireKind<TPlugin>(string componentId, string kind)
    {
        if (!typeof(TPlugin).IsAssignableFrom(PluginKind.ContractOf(kind)))
            throw new PluginException($"'{componentId}' is a {kind} plugin; wanted is an {typeof(TPlugin).Name}");
    }

    private static PluginException Broken(string componentId, string pluginId, Version? version, string reason) =>
        new($"'{componentId}' is provided by plugin '{pluginId}' {version}, which is broken: {reason}");

    private static string ListOf(IEnumerable<string> names)
    {
        var list = string.Join(", ", names.Order(StringComparer.Ordinal));
        return list.Length == 0 ? "none" : list;
    }
}
