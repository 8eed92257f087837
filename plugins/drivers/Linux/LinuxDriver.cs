// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What the drivers of this assembly have in common: read all options, refuse the rest, open.</summary>
/// <typeparam name="TSettings">The options of one peripheral, understood.</typeparam>
internal abstract class LinuxDriver<TSettings>(IDriverContext context, IKernel kernel) : IBoardDriver
{
    public abstract PeripheralKind Kind { get; }

    protected IDriverContext Context { get; } = context;

    public string? Validate(ComponentOptions options) => ContentionKey(ReadAll(options, out _));

    public IPeripheral Open(ComponentOptions options)
    {
        var settings = ReadAll(options, out var host);
        return Open(settings, host);
    }

    public virtual void Dispose()
    {
    }

    protected abstract TSettings Read(ComponentOptions options);

    protected abstract string? ContentionKey(TSettings settings);

    protected abstract IPeripheral Open(TSettings settings, LinuxHost host);

    private TSettings ReadAll(ComponentOptions options, out LinuxHost host)
    {
        host = new LinuxHost(options.GetString("root", "/"), kernel);
        var settings = Read(options);
        options.RefuseUnknown();
        return settings;
    }
}
