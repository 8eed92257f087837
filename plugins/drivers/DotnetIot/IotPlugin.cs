// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>What this assembly's plugins have in common.</summary>
public abstract class IotPlugin : IDriverPlugin
{
    private protected IotPlugin()
    {
    }

    private protected abstract PeripheralKind Kind { get; }

    /// <inheritdoc/>
    public IBoardDriver Create(IDriverContext context) => Create(context, new IotHardware());

    internal IBoardDriver Create(IDriverContext context, IIotHardware hardware) => new IotDriver(Kind, Read, context, hardware);

    private protected abstract IIotPart Read(ComponentOptions options);
}
