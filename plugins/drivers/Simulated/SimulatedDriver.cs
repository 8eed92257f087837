// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Simulated;

/// <summary>What the simulated drivers have in common: read all options, refuse the rest, claim the place, open.</summary>
/// <typeparam name="TSettings">The options of one peripheral, understood.</typeparam>
internal abstract class SimulatedDriver<TSettings>(IDriverContext context) : IBoardDriver
{
    public abstract PeripheralKind Kind { get; }

    protected IDriverContext Context { get; } = context;

    public string? Validate(ComponentOptions options) => ContentionKey(ReadAll(options));

    public IPeripheral Open(ComponentOptions options)
    {
        var settings = ReadAll(options);
        var claims = Context.Share("simulated.claims", () => new Claims());
        var claim = claims.Take(Place(settings), options.Owner);
        try
        {
            return Open(settings, claim);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    public virtual void Dispose()
    {
    }

    protected abstract TSettings Read(ComponentOptions options);

    /// <summary>Where the peripheral sits; nobody else can sit there.</summary>
    protected abstract string Place(TSettings settings);

    protected abstract string? ContentionKey(TSettings settings);

    /// <summary>Opens; the peripheral gives its claim back when it is disposed.</summary>
    protected abstract IPeripheral Open(TSettings settings, IDisposable claim);

    private TSettings ReadAll(ComponentOptions options)
    {
        var settings = Read(options);
        options.RefuseUnknown();
        return settings;
    }
}
