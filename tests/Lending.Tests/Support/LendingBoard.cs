// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending.Tests;

/// <summary>A board with peripherals of the test's own, that lends and borrows.</summary>
internal sealed class LendingBoard : IDisposable
{
    private readonly FakeNetwork _network;
    private LendingEndpoint? _endpoint;

    public LendingBoard(FakeNetwork network, string name)
    {
        (_network, Name) = (network, name);
        Wire = network.Add(name);
    }

    public string Name { get; }

    public Bench Bench { get; } = new();

    public FakeWire Wire { get; private set; }

    public string? WhyNot { get; set; }

    /// <summary>Where it remembers what it must not forget.</summary>
    public string? EpochsFile { get; set; }

    public LendingEndpoint Endpoint => _endpoint ??= Start();

    /// <summary>The service on the board ends without a word, and begins again knowing nothing.</summary>
    public void Crash()
    {
        Wire.IsConnected = false;
        foreach (var loan in Endpoint.Lent) loan.End("", Runtime.OutputRelease.Checkpoint); // what a process leaves behind: lines as they were
        Wire = _network.Add(Name);
        _endpoint = Start();
    }

    public void Dispose()
    {
        _endpoint?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Bench.Dispose();
    }

    private LendingEndpoint Start()
    {
        var context = new LendingContext(
            new LendingOptions { Board = Name, EpochsFile = EpochsFile }, Wire, Bench.Time, message => { lock (Bench.Reports) Bench.Reports.Add(message); }, _network.Run);
        return Wire.Endpoint = new LendingEndpoint(context, Bench.Board, (_, _) => WhyNot);
    }
}
