// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>Which files plugins run from.</summary>
public enum PluginFiles
{
    /// <summary>
    /// Private copies: a plugin's folder can be exchanged, overwritten or deleted at any time, and the next
    /// <see cref="PluginRepository.Rescan"/> sees it. For a service.
    /// </summary>
    Copied,

    /// <summary>
    /// The installed ones, for a process that ends before long: nothing is copied and deleted again. The folders of plugins have
    /// to stay as they are meanwhile, like the program's own; what changes in one is not looked for.
    /// </summary>
    InPlace,
}
