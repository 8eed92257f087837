// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>Where one version of a plugin stands.</summary>
public enum PluginStatus
{
    /// <summary>Its manifest is fine; it will be loaded when first asked for.</summary>
    Available,

    /// <summary>In memory, and what new VMs get.</summary>
    Loaded,

    /// <summary>Taken out of service by <see cref="PluginRepository.Unload"/>; new VMs are refused it until it is loaded again.</summary>
    Unloaded,

    /// <summary>Cannot be used; <see cref="PluginInfo.Reason"/> says why.</summary>
    Broken,

    /// <summary>A newer version of the same plugin is installed beside it.</summary>
    Superseded,

    /// <summary>Replaced or unloaded, but VMs that started with it still run.</summary>
    Retiring,

    /// <summary>No VM uses it any more; its memory goes as soon as nothing refers to its objects.</summary>
    Unloading,

    /// <summary>No VM uses it any more; compiled ahead of time, it stays in memory until the service ends (docs/decisions/0008).</summary>
    Remaining,
}
