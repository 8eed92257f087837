// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests;

/// <summary>A VM as a board sees it: ports and turns.</summary>
internal sealed class TestVm : IDisposable
{
    public TestVm(Bench bench, string name, string map, string? id = null)
    {
        Ports = bench.Board.CreatePorts(Bench.Manifest(name, map), new ConsolePorts(), id);
        Ports.Attach(Turn);
    }

    public FakeTurn Turn { get; } = new();

    public IPortProvider Ports { get; }

    public ulong Epoch { get; set; } = 1;

    public TestVm Open()
    {
        Ports.Open(Epoch);
        return this;
    }

    public IGpioPort Gpio(int index) => Ports.Gpio("gpio0", index);

    /// <summary>A port that is an output at a level, as its device has set it up.</summary>
    public IGpioPort Output(int index, bool level)
    {
        var port = Gpio(index);
        port.Drive(level);
        port.Configure(new GpioMode(GpioDirection.Output));
        return port;
    }

    /// <summary>A port that is an input, and the edges that its device hears.</summary>
    public (IGpioPort Port, List<GpioEdge> Edges) Input(int index, GpioBias bias = GpioBias.AsIs)
    {
        var port = Gpio(index);
        var edges = new List<GpioEdge>();
        port.OnEdge(edges.Add);
        port.Configure(new GpioMode(GpioDirection.Input, bias));
        return (port, edges);
    }

    /// <summary>An I2C transaction that writes one byte; its outcome comes later.</summary>
    public Outcome Send(string bus, ushort address, byte value)
    {
        var outcome = new Outcome();
        Ports.I2c(bus).Transfer([new I2cMessage(address, false, new[] { value })], status => outcome.Status = status);
        return outcome;
    }

    public void Dispose() => Ports.Dispose();

    internal sealed class Outcome
    {
        public BusStatus? Status { get; set; }
    }
}
