// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.DotnetIot;

/// <summary>Reads options, refuses the unknown, opens, and puts the package's exceptions into our words.</summary>
internal sealed class IotDriver(
    PeripheralKind kind, Func<ComponentOptions, IIotPart> read, IDriverContext context, IIotHardware hardware) : IBoardDriver
{
    public PeripheralKind Kind => kind;

    public string? Validate(ComponentOptions options) => ReadAll(options).Contention;

    public IPeripheral Open(ComponentOptions options)
    {
        var part = ReadAll(options);
        try
        {
            return part.Open(context, hardware);
        }
        catch (Exception e) when (e is not (OptionException or PeripheralException))
        {
            // The package throws whatever its driver for this board happens to throw.
            throw new PeripheralException($"{options.Owner}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
    }

    private IIotPart ReadAll(ComponentOptions options)
    {
        var part = read(options);
        options.RefuseUnknown();
        return part;
    }
}
