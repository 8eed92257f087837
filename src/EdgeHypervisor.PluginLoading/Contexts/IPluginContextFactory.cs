// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>The seam to whatever does the loading. It gets files that stay as they are for as long as they are in use (<see cref="PluginFiles"/>).</summary>
public interface IPluginContextFactory
{
    /// <summary>What <c>ehv plugins</c> calls it.</summary>
    string Name { get; }

    /// <summary>Makes a context. Loads nothing yet.</summary>
    IPluginContext Create(PluginContextRequest request);
}
