// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.PluginLoading;

/// <summary>
/// One version of a plugin in one folder: loaded when first leased, let go when it is retired and the last lease is
/// back. Thread-safe.
/// </summary>
internal sealed class PluginVersion(InstalledPlugin installed, IPluginContextFactory contexts, ShadowCopies? copies)
{
    // Two locks, because a plugin's constructor runs under the first one: should it hang, asking for the plugin's standing
    // and retiring it still work.
    private readonly Lock _loading = new();
    private readonly Lock _lock = new();
    private LoadedPlugin? _loaded;
    private WeakReference? _memory;
    private bool _canUnload = true;
    private string? _reason;
    private int _leases;
    private bool _retired;

    public InstalledPlugin Installed { get; } = installed;

    public PluginManifest Manifest => Installed.Manifest;

    /// <summary>Why it cannot be loaded; null as long as that has not failed.</summary>
    public string? Reason
    {
        get { lock (_lock) return _reason; }
    }

    public bool IsLoaded
    {
        get { lock (_lock) return _loaded is not null; }
    }

    /// <summary>Whether anything of it is, or may still be, in memory.</summary>
    public bool IsInMemory
    {
        get { lock (_lock) return _loaded is not null || _memory is { IsAlive: true }; }
    }

    /// <summary>Loads it if it is not; a failure is remembered in <see cref="Reason"/>.</summary>
    public void EnsureLoaded()
    {
        lock (_loading)
        {
            lock (_lock)
            {
                if (_loaded is not null || _reason is not null || _retired) return;
            }
            try
            {
                Accept(LoadedPlugin.Load(Installed, contexts, copies));
            }
            catch (PluginFaultException e)
            {
                lock (_lock) _reason = e.Message;
            }
        }
    }

    /// <summary>Takes a lease; null when the version was retired meanwhile or cannot be loaded.</summary>
    public PluginLease<TPlugin>? TryLease<TPlugin>(string componentId)
        where TPlugin : class, IPlugin
    {
        EnsureLoaded();
        lock (_lock)
        {
            if (_retired || _loaded is null) return null;
            var lease = new PluginLease<TPlugin>(componentId, (TPlugin)_loaded.Find(componentId), this);
            _leases++;
            return lease;
        }
    }

    /// <summary>Gives a lease back.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _leases--;
            LetGoIfUnused();
        }
    }

    /// <summary>No new leases; goes as soon as the last one is back.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _retired = true;
            LetGoIfUnused();
        }
    }

    public PluginInfo Describe(PluginStatus status)
    {
        lock (_lock)
        {
            return new PluginInfo
            {
                Id = Manifest.Id,
                Kind = Manifest.Kind,
                Version = Manifest.Version,
                Sdk = Manifest.Sdk.Text,
                Description = Manifest.Description,
                Provides = Manifest.Provides,
                Folder = Installed.Folder,
                Status = _reason is null ? status : PluginStatus.Broken,
                Reason = _reason,
                Leases = _leases,
            };
        }
    }

    /// <summary>Its standing once it has been retired.</summary>
    public PluginInfo DescribeRetired()
    {
        lock (_lock)
        {
            return Describe(_leases > 0 ? PluginStatus.Retiring : _canUnload ? PluginStatus.Unloading : PluginStatus.Remaining);
        }
    }

    private void Accept(LoadedPlugin loaded)
    {
        lock (_lock)
        {
            _loaded = loaded;
            _memory = loaded.Memory;
            _canUnload = loaded.CanUnload;
            LetGoIfUnused();
        }
    }

    private void LetGoIfUnused()
    {
        if (!_retired || _leases > 0) return;
        _loaded?.Unload();
        _loaded = null;
    }
}
