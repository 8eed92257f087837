// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>What a device is given. Its outputs are wired after all devices exist.</summary>
internal sealed class DeviceContext(
    ComponentInfo component,
    ComponentOptions options,
    IGuestClock clock,
    IGuestMemory memory,
    UnassignedAccess unassigned,
    IMachineControl machine,
    IPortProvider ports,
    SharedParts shared,
    HostTime? wallClock,
    ReadOnlyMemory<byte> randomSeed) : IDeviceContext
{
    private InterruptOutput[]? _outputs = [];

    /// <inheritdoc/>
    public string Name => component.Name;

    /// <inheritdoc/>
    public ComponentOptions Options { get; } = options;

    /// <inheritdoc/>
    public IGuestClock Clock { get; } = clock;

    /// <inheritdoc/>
    public IGuestMemory Memory { get; } = memory;

    /// <inheritdoc/>
    public IUnassigned Unassigned => UnassignedAccess;

    /// <inheritdoc/>
    public IMachineControl Machine { get; } = machine;

    /// <summary>The same, with its counter.</summary>
    public UnassignedAccess UnassignedAccess { get; } = unassigned;

    /// <summary>The outputs that the device asked for.</summary>
    public InterruptOutput[] Outputs => _outputs ?? throw new InvalidOperationException($"{Name}: already wired");

    /// <summary>The wires are in place: names are needed no more, and a machine with a hundred outputs has many.</summary>
    public void ForgetOutputs() => _outputs = null;

    /// <inheritdoc/>
    public IInterruptLine Output(string name)
    {
        if (_outputs is null) throw new InvalidOperationException($"{Name}: output '{name}' was asked for after the device was made");
        if (FindOutput(name) is { } known) return known;
        var output = new InterruptOutput(name);
        Array.Resize(ref _outputs, _outputs.Length + 1);
        _outputs[^1] = output;
        return output;
    }

    /// <summary>The output of a name; null when the device did not ask for it.</summary>
    public InterruptOutput? FindOutput(string name)
    {
        foreach (var output in Outputs)
        {
            if (output.Name == name) return output;
        }
        return null;
    }

    /// <inheritdoc/>
    public IGpioPort Gpio(int index) => ports.Gpio(Name, index);

    /// <inheritdoc/>
    public IUartPort Uart() => ports.Uart(Name);

    /// <inheritdoc/>
    public II2cPort I2c() => ports.I2c(Name);

    /// <inheritdoc/>
    public ISpiPort Spi(int chipSelect) => ports.Spi(Name, chipSelect);

    /// <inheritdoc/>
    public IPwmPort Pwm(int index) => ports.Pwm(Name, index);

    /// <inheritdoc/>
    public IAdcPort Adc(int index) => ports.Adc(Name, index);

    /// <inheritdoc/>
    public IBlockPort? Block() => ports.Block(Name);

    /// <inheritdoc/>
    public INetPort? Net() => ports.Net(Name);

    /// <inheritdoc/>
    public T Share<T>(Func<T> make)
        where T : class => shared.Get(make);

    /// <inheritdoc/>
    public long WallClockNs => wallClock?.UtcNs ?? Clock.NowNs;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> RandomSeed { get; } = randomSeed;
}
