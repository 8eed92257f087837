// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What this assembly's plugins have in common.</summary>
public abstract class LinuxPlugin : IDriverPlugin
{
    private protected LinuxPlugin()
    {
    }

    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => Create(context, LinuxKernel.Instance);

    internal abstract IBoardDriver Create(IDriverContext context, IKernel kernel);
}
