// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A board whose peripherals are the test's own objects: role, kind, contention key.</summary>
internal sealed class Bench : IDriverCatalog, IDisposable
{
    private readonly Dictionary<string, (IPeripheral Peripheral, string? Key)> _things = [];
    private readonly List<string> _lines = [];
    private Board? _board;

    public ManualTime Time { get; } = new();

    public List<string> Reports { get; } = [];

    public int LeasesHeld { get; private set; }

    public Board Board => _board ??= new Board(
        DescriptionReader.ParseBoard($"kind: Board\nname: bench\nperipherals:\n{string.Concat(_lines.Select(line => $"  {line}\n"))}", "bench.yaml"),
        this, Time, message => { lock (Reports) Reports.Add(message); });

    public Bench With(string role, IPeripheral peripheral, string? key = null, string more = "")
    {
        _things.Add(role, (peripheral, key));
        var kind = peripheral switch
        {
            IGpioLine => "gpio",
            II2cTarget => "i2c",
            ISpiDevice => "spi",
            IPwmChannel => "pwm",
            ISerialPort => "serial",
            IAdcChannel => "adc",
            _ => "led",
        };
        _lines.Add($"{role}: {{ driver: fake.{kind}, role: {role}{more} }}");
        return this;
    }

    public Bench WithLine(string line)
    {
        _lines.Add(line);
        return this;
    }

    public TestVm NewVm(string name, string map) => new(this, name, map);

    public static VirtualMachineDescription Manifest(string name, string map) => DescriptionReader.ParseVirtualMachine(
        $"{{ kind: VirtualMachine, name: {name}, machine: m, firmware: f, map: {{ {map} }} }}", $"{name}.yaml");

    public IPluginLease<IDriverPlugin>? FindDriver(string id)
    {
        var known = Enum.GetValues<PeripheralKind>().ToDictionary(kind => $"driver.fake.{Quantity.ToKebabCase(kind.ToString())}");
        if (!known.TryGetValue(id, out var kind)) return null;
        LeasesHeld++;
        return new Lease(id, new Plugin(this, kind), () => LeasesHeld--);
    }

    public void Dispose() => _board?.Dispose();

    private sealed record Lease(string Id, IDriverPlugin Plugin, Action Return) : IPluginLease<IDriverPlugin>
    {
        public string Version => "1.0.0";

        public void Dispose() => Return();
    }

    private sealed class Plugin(Bench bench, PeripheralKind kind) : IDriverPlugin
    {
        public IBoardDriver Create(IDriverContext context) => new Driver(bench, kind);
    }

    private sealed class Driver(Bench bench, PeripheralKind kind) : IBoardDriver
    {
        public PeripheralKind Kind => kind;

        public string? Validate(ComponentOptions options)
        {
            var role = options.GetString("role");
            options.Find("address");
            options.RefuseUnknown();
            return bench._things[role].Key;
        }

        public IPeripheral Open(ComponentOptions options) => bench._things[options.GetString("role")].Peripheral;

        public void Dispose()
        {
        }
    }
}
