// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>Everything a device is given, made of fakes that the test can reach.</summary>
internal sealed class FakeDeviceContext : IDeviceContext
{
    private readonly Dictionary<string, RecordingLine> _lines = [];
    private readonly Dictionary<int, FakeGpioPort> _gpio = [];
    private readonly Dictionary<int, FakeSpiPort> _spi = [];
    private readonly Dictionary<int, FakePwmPort> _pwm = [];
    private readonly Dictionary<int, FakeAdcPort> _adc = [];
    private readonly Dictionary<Type, object> _shared = [];

    public FakeDeviceContext(params (string Name, string Value)[] options)
    {
        Options = new ComponentOptions("device dut", options.ToDictionary(o => o.Name, o => o.Value));
    }

    private FakeDeviceContext(FakeDeviceContext machine, (string Name, string Value)[] options) : this(options)
    {
        (Clock, _lines, _gpio, _spi, _pwm, _adc, _shared) = (machine.Clock, machine._lines, machine._gpio, machine._spi, machine._pwm, machine._adc, machine._shared);
    }

    public string Name => "dut";

    public ComponentOptions Options { get; }

    public ManualClock Clock { get; } = new();

    public FakeMemory Memory { get; } = new();

    public RecordingUnassigned Unassigned { get; } = new();

    public RecordingMachine Machine { get; } = new();

    public FakeUartPort UartPort { get; } = new();

    public FakeI2cPort I2cPort { get; } = new();

    public FakeBlockPort? BlockPort { get; init; }

    public FakeNetPort? NetPort { get; init; }

    public long WallClockNs { get; set; }

    public ReadOnlyMemory<byte> RandomSeed { get; init; } = new byte[] { 1, 2, 3 };

    IGuestClock IDeviceContext.Clock => Clock;

    IGuestMemory IDeviceContext.Memory => Memory;

    IUnassigned IDeviceContext.Unassigned => Unassigned;

    IMachineControl IDeviceContext.Machine => Machine;

    public RecordingLine Line(string name) => GetOrAdd(_lines, name, () => new RecordingLine());

    public FakeGpioPort GpioPort(int index) => GetOrAdd(_gpio, index, () => new FakeGpioPort(Clock));

    public FakeSpiPort SpiPort(int chipSelect) => GetOrAdd(_spi, chipSelect, () => new FakeSpiPort());

    public FakePwmPort PwmPort(int index) => GetOrAdd(_pwm, index, () => new FakePwmPort());

    public FakeAdcPort AdcPort(int index) => GetOrAdd(_adc, index, () => new FakeAdcPort());

    public IInterruptLine Output(string name) => Line(name);

    public IGpioPort Gpio(int index) => GpioPort(index);

    public IUartPort Uart() => UartPort;

    public II2cPort I2c() => I2cPort;

    public ISpiPort Spi(int chipSelect) => SpiPort(chipSelect);

    public IPwmPort Pwm(int index) => PwmPort(index);

    public IAdcPort Adc(int index) => AdcPort(index);

    public IBlockPort? Block() => BlockPort;

    public INetPort? Net() => NetPort;

    public T Share<T>(Func<T> make)
        where T : class => (T)GetOrAdd(_shared, typeof(T), () => make());

    /// <summary>For another device of the same machine, with other options: the same clock, lines and ports.</summary>
    public FakeDeviceContext With(params (string Name, string Value)[] options) => new(this, options);

    /// <summary>A fresh context with the same options, whose clock and outside world stand where this one's do.</summary>
    public FakeDeviceContext Twin()
    {
        var twin = new FakeDeviceContext([.. Options.Values.Select(o => (o.Key, o.Value))])
        {
            BlockPort = BlockPort,
            NetPort = NetPort is null ? null : new FakeNetPort(),
            WallClockNs = WallClockNs,
            RandomSeed = RandomSeed,
        };
        twin.Clock.AdvanceTo(Clock.NowNs);
        UartPort.CopyOutsideTo(twin.UartPort);
        I2cPort.CopyOutsideTo(twin.I2cPort);
        foreach (var (index, port) in _gpio) port.CopyOutsideTo(twin.GpioPort(index));
        foreach (var (index, port) in _spi) twin.SpiPort(index).Slow = port.Slow;
        Memory.Bytes.CopyTo(twin.Memory.Bytes, 0);
        return twin;
    }

    /// <summary>The levels of all interrupt lines and outputs, for comparing two devices.</summary>
    public string Outputs()
    {
        var lines = _lines.Where(l => l.Value.Level).Select(l => l.Key).Order(StringComparer.Ordinal);
        var pins = _gpio.OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value.Mode.Direction}:{p.Value.Driven}");
        var pwm = _pwm.OrderBy(p => p.Key).Select(p => $"{p.Key}={p.Value.Setting}");
        return string.Join(' ', lines) + " | " + string.Join(' ', pins) + " | " + string.Join(' ', pwm);
    }

    private static TValue GetOrAdd<TKey, TValue>(Dictionary<TKey, TValue> all, TKey key, Func<TValue> make)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out var value)) all[key] = value = make();
        return value;
    }
}
