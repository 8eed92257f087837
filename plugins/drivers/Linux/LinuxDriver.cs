// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What the drivers of this assembly have in common: read all options, refuse the rest, open.</summary>
/// <typeparam name="TSettings">The options of one peripheral, understood.</typeparam>
internal abstract class LinuxDriver<TSettings>(IDriverContext context, IKernel kernel) : IBoardDriver, IAvailability
{
    public abstract PeripheralKind Kind { get; }

    protected IDriverContext Context { get; } = context;

    public string? Validate(ComponentOptions options) => ContentionKey(ReadAll(options, out _));

    public IPeripheral Open(ComponentOptions options)
    {
        var settings = ReadAll(options, out var host);
        return Open(settings, host);
    }

    public string? WhyUnavailable(ComponentOptions options)
    {
        try
        {
            var settings = ReadAll(options, out var host);
            return Look(settings, host);
        }
        catch (Exception problem) when (problem is PeripheralException or OptionException)
        {
            return problem.Message;
        }
    }

    public virtual void Dispose()
    {
    }

    protected abstract TSettings Read(ComponentOptions options);

    protected abstract string? ContentionKey(TSettings settings);

    protected abstract IPeripheral Open(TSettings settings, LinuxHost host);

    /// <summary>Why it could not be opened now, or null; may throw what opening would throw.</summary>
    protected abstract string? Look(TSettings settings, LinuxHost host);

    /// <summary>Whether a device file is there.</summary>
    protected static string? LookForFile(LinuxHost host, string owner, string path) =>
        File.Exists(host.At(path)) ? null : $"{owner}: there is no {path}; see what there is with: ehv board scan";

    /// <summary>Understands a peripheral's options, all of them.</summary>
    protected TSettings ReadAll(ComponentOptions options, out LinuxHost host)
    {
        host = new LinuxHost(options.GetString("root", "/"), kernel);
        var settings = Read(options);
        options.RefuseUnknown();
        return settings;
    }
}
