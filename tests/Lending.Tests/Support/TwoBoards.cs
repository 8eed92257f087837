// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending.Tests;

/// <summary><c>desk</c> has peripherals, and VMs on <c>pocket</c> borrow them.</summary>
internal sealed class TwoBoards : IDisposable
{
    private readonly List<LendingBoard> _boards = [];

    public TwoBoards()
    {
        Network = new FakeNetwork(() => 0);
        (Desk, Pocket) = (Add("desk"), Add("pocket"));
        Desk.Bench.Time.Advance(TimeSpan.FromHours(1)); // clocks of boards have nothing to do with each other
    }

    public FakeNetwork Network { get; }

    public LendingBoard Desk { get; }

    public LendingBoard Pocket { get; }

    public LendingBoard Add(string name)
    {
        var board = new LendingBoard(Network, name);
        _boards.Add(board);
        return board;
    }

    /// <summary>A VM that borrows from desk.</summary>
    public RemoteVm NewVm(string name, string map, LendingBoard? on = null, string? id = null) => new(this, on ?? Pocket, name, map, id);

    /// <summary>Everything comes to rest.</summary>
    public void Settle()
    {
        foreach (var board in _boards) _ = board.Endpoint;
        Network.Settle();
    }

    public void Advance(TimeSpan by)
    {
        var step = TimeSpan.FromMilliseconds(10);
        for (var left = by; left > TimeSpan.Zero; left -= step)
        {
            foreach (var board in _boards) board.Bench.Time.Advance(left < step ? left : step);
            Settle();
        }
    }

    /// <summary>The broker is gone for everybody, or back.</summary>
    public void Connect(bool connected)
    {
        foreach (var board in _boards)
        {
            board.Wire.IsConnected = connected;
            board.Endpoint.OnConnection(connected);
        }
        Settle();
    }

    public void Dispose()
    {
        foreach (var board in _boards) board.Dispose();
        Network.Settle();
    }
}

/// <summary>A VM on one board whose ports lead to another.</summary>
internal sealed class RemoteVm : IDisposable
{
    private readonly TwoBoards _boards;

    public RemoteVm(TwoBoards boards, LendingBoard on, string name, string map, string? id = null)
    {
        _boards = boards;
        Ports = on.Endpoint.CreatePorts(Bench.Manifest(name, map), new ConsolePorts(), id);
        Ports.Attach(Turn);
    }

    public FakeTurn Turn { get; } = new() { NowNs = 7_000_000_000 };

    public IPortProvider Ports { get; }

    public ulong Epoch { get; set; } = 1;

    public IGpioPort Gpio(int index) => Ports.Gpio("gpio0", index);

    public RemoteVm Open()
    {
        Ports.Open(Epoch);
        _boards.Settle();
        return this;
    }

    /// <summary>What a device does when it is made.</summary>
    public RemoteVm Also(Action<RemoteVm> act)
    {
        act(this);
        return this;
    }

    public void Close(OutputRelease reason)
    {
        Ports.Close(reason);
        _boards.Settle();
    }

    public IGpioPort Output(int index, bool level)
    {
        var port = Gpio(index);
        port.Drive(level);
        port.Configure(new GpioMode(GpioDirection.Output));
        return port;
    }

    public (IGpioPort Port, List<GpioEdge> Edges) Input(int index, GpioBias bias = GpioBias.AsIs)
    {
        var port = Gpio(index);
        var edges = new List<GpioEdge>();
        port.OnEdge(edges.Add);
        port.Configure(new GpioMode(GpioDirection.Input, bias));
        return (port, edges);
    }

    /// <summary>Lets everything come to rest, and the VM have its turn.</summary>
    public void Run()
    {
        _boards.Settle();
        Turn.Run();
        _boards.Settle();
    }

    public void Dispose() => Ports.Dispose();
}
