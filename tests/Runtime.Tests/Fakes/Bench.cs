// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime.Tests;

/// <summary>A VM with a <see cref="TinyCore"/> on a manual clock, and what a test wants to see of it.</summary>
internal sealed class Bench : IDisposable
{
    public const uint Alarm = 0x1000_0000;
    public const uint Second = 0x1001_0000;

    private readonly PluginSet _plugins = new();
    private readonly List<string> _log = [];
    private VirtualMachineBuilder _builder;

    public Bench(TinyProgram program, ClockSettings? clock = null, ManualTime? time = null)
    {
        Time = time ?? new ManualTime();
        Scheduler = new ManualScheduler(Time);
        _plugins.Add("core.tiny", new FakeCorePlugin(context => Core = new TinyCore(context, Time)));
        _plugins.Add("core.trimmable", new FakeCorePlugin(context => Core = new TrimmableCore(context, Time)));
        _plugins.Add("device.alarm", new FakeDevicePlugin(context => AlarmDevice = new AlarmDevice(context)));
        _builder = new VirtualMachineBuilder("bench", null!, _plugins)
            .Memory(at: TinyProgram.Start, bytes: 1 << 20)
            .Core("core.tiny")
            .Device("alarm", "device.alarm", at: Alarm, irq: "cpu0/irq")
            .Firmware(program.ToFirmware())
            .Clock(clock ?? new ClockSettings())
            .Time(Time)
            .Log((level, component, message) => _log.Add($"{level} {component}: {message}"));
    }

    public ManualTime Time { get; }

    public ManualScheduler Scheduler { get; }

    public TinyCore Core { get; private set; } = null!;

    public AlarmDevice AlarmDevice { get; private set; } = null!;

    public VirtualMachine Vm { get; private set; } = null!;

    public IReadOnlyList<string> Log => _log;

    public Bench Add(string name, string? irq, Func<IDeviceContext, IDevice> create, ulong? at = Second)
    {
        _plugins.Add($"device.{name}", new FakeDevicePlugin(create));
        _builder.Device(name, $"device.{name}", at, irq);
        return this;
    }

    public Bench With(Func<VirtualMachineBuilder, VirtualMachineBuilder> change)
    {
        _builder = change(_builder);
        return this;
    }

    public Bench Build()
    {
        Vm = _builder.Build(Scheduler);
        return this;
    }

    public Bench Start()
    {
        Build();
        Vm.Start();
        return this;
    }

    public ulong ReadWord(uint address)
    {
        Span<byte> bytes = stackalloc byte[8];
        Assert.True(Vm.Memory.TryRead(address, bytes));
        return BitConverter.ToUInt64(bytes);
    }

    public void Dispose() => Vm?.Dispose();
}
