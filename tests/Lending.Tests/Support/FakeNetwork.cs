// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending.Tests;

/// <summary>Carries messages between boards when the test says so: in order and once each, unless a seed says otherwise.</summary>
internal sealed class FakeNetwork(Func<long> now)
{
    private readonly List<Action> _underWay = [];
    private readonly Queue<Action> _work = new();

    public Dictionary<string, FakeWire> Wires { get; } = [];

    public List<(string From, string To, byte[] Frame)> Frames { get; } = [];

    public long NowNs => now();

    /// <summary>Loses, doubles and reorders with this, each one time in four; null: not at all.</summary>
    public Random? Faults { get; set; }

    public FakeWire Add(string board) => Wires[board] = new FakeWire(this, board);

    public void Run(Action work) => _work.Enqueue(work);

    public void Carry(FakeWire from, string to, Action<FakeWire> deliver)
    {
        if (!from.IsConnected || !Wires.TryGetValue(to, out var wire)) return;
        var copies = Faults?.Next(4) switch { 0 => 0, 1 => 2, _ => 1 };
        for (var i = 0; i < copies; i++)
        {
            _underWay.Insert(Faults?.Next(4) == 0 ? Faults.Next(_underWay.Count + 1) : _underWay.Count, () =>
            {
                if (wire.IsConnected) deliver(wire);
            });
        }
    }

    /// <summary>Does everything that is to be done now.</summary>
    public void Settle()
    {
        for (var i = 0; i < 100_000; i++)
        {
            if (_work.TryDequeue(out var work))
            {
                work();
            }
            else if (_underWay.Count > 0)
            {
                var next = _underWay[0];
                _underWay.RemoveAt(0);
                next();
            }
            else
            {
                return;
            }
        }
        Assert.Fail("the boards never come to rest");
    }
}
