// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests;

public sealed class StatusTests
{
    [Fact]
    public void Metrics_tell_the_counters_of_every_role()
    {
        using var bench = new Bench().With("metered1", new RecordingLine()).With("metered2", new FakeI2cTarget(0x76) { IsImmediate = true, Answer = BusStatus.NoAcknowledge });
        using var vm = bench.NewVm("a", "gpio0/3: metered1, i2c0: metered2").Open();
        var port = vm.Output(3, false);
        port.Drive(true);
        vm.Send("i2c0", 0x76, 1);

        var seen = Collect();

        Assert.Equal(2, seen[("edgehypervisor.peripheral.changes", "metered1")]);
        Assert.Equal(1, seen[("edgehypervisor.peripheral.transactions", "metered2")]);
        Assert.Equal(1, seen[("edgehypervisor.peripheral.errors", "metered2")]);
        Assert.Equal(0, seen[("edgehypervisor.peripheral.errors", "metered1")]);
    }

    [Fact]
    public void A_wait_for_a_busy_bus_is_measured()
    {
        var target = new FakeI2cTarget(0x76);
        using var bench = new Bench().With("sensor", target);
        using var a = bench.NewVm("a", "i2c0: { to: sensor, access: shared }").Open();
        using var b = bench.NewVm("b", "i2c0: { to: sensor, access: shared }").Open();
        target.Gate.Reset();
        a.Send("i2c0", 0x76, 1);
        target.Begun.Wait();
        b.Send("i2c0", 0x76, 2);
        bench.Time.Advance(TimeSpan.FromMilliseconds(7));
        target.Gate.Set();
        b.Turn.RunNext();

        Assert.Equal(TimeSpan.FromMilliseconds(7), bench.Board.Status()[0].Counts.Wait);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("validate")]
    [InlineData("open")]
    public void A_driver_that_fails_is_a_problem_of_its_own_peripherals_only(string where)
    {
        var reports = new List<string>();
        using var board = new Board(
            DescriptionReader.ParseBoard("{ kind: Board, name: b, peripherals: { bad: { driver: bad.gpio }, led1: { driver: simulated.gpio, line: 1 } } }", "b.yaml"),
            new BadDrivers(where), TimeProvider.System, reports.Add);

        board.OpenAll();

        var (bad, good) = (board.Status()[0], board.Status()[1]);
        Assert.Equal((false, true), (bad.IsOpen, good.IsOpen));
        Assert.NotNull(bad.Problem);
        Assert.Null(good.Problem);
        Assert.Contains(reports, report => report.Contains("bad.gpio", StringComparison.Ordinal));
    }

    private static Dictionary<(string, string), long> Collect()
    {
        var seen = new Dictionary<(string, string), long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "EdgeHypervisor.Boards") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var names = tags.ToArray().ToDictionary(tag => tag.Key, tag => (string)tag.Value!);
            if (names["board"] == "bench") seen[(instrument.Name, names["role"])] = Math.Max(value, seen.GetValueOrDefault((instrument.Name, names["role"])));
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    private sealed class BadDrivers(string where) : IDriverCatalog
    {
        public IPluginLease<IDriverPlugin>? FindDriver(string id) => id == "driver.bad.gpio" ? new Lease(where) : new SimulatedDrivers().FindDriver(id);

        private sealed class Lease(string where) : IPluginLease<IDriverPlugin>, IDriverPlugin, IBoardDriver
        {
            public string Id => "driver.bad.gpio";

            public string Version => "1.0.0";

            public IDriverPlugin Plugin => this;

            public PeripheralKind Kind => PeripheralKind.Gpio;

            public IBoardDriver Create(IDriverContext context) => where == "create" ? throw new InvalidOperationException("bad.gpio fails") : this;

            public string? Validate(ComponentOptions options) => where == "validate" ? throw new InvalidOperationException("bad.gpio fails") : null;

            public IPeripheral Open(ComponentOptions options) => throw new InvalidOperationException("bad.gpio fails");

            public void Dispose()
            {
            }
        }
    }
}
