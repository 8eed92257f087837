// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

/// <summary>Many VMs on one bus, from their own threads, while they come, pause and go.</summary>
public sealed class BusStress
{
    private const int Vms = 4;
    private const int Rounds = 400;

    [Theory]
    [InlineData("shared", false)]
    [InlineData("shared", true)]
    [InlineData("lease, leaseMs: 1", false)]
    [InlineData("lease, leaseMs: 1", true)]
    public async Task Every_transaction_completes_once_and_one_at_a_time_is_on_the_wire(string access, bool isImmediate)
    {
        var target = new FakeI2cTarget(0x40) { IsImmediate = isImmediate };
        using var bench = new Bench().With("sensor", target, "bus/1");
        _ = bench.Board;
        var clock = new Lock();

        var vms = await Task.WhenAll(Enumerable.Range(0, Vms).Select(i => Task.Run(() => Live(bench, clock, i, access))));

        Assert.False(target.WasShared);
        Assert.All(vms, completed => Assert.Equal(Rounds, completed));
        Assert.True(target.Seen.Length <= Vms * Rounds);
    }

    private static int Live(Bench bench, Lock clock, int number, string access)
    {
        var random = new Random(number);
        using var vm = bench.NewVm($"vm{number}", $"i2c0: {{ to: sensor, access: {access} }}").Open();
        var port = vm.Ports.I2c("i2c0");
        var completed = 0;
        for (var i = 0; i < Rounds; i++)
        {
            vm.Turn.Lends = random.Next(2) == 0;
            port.Transfer([new I2cMessage(0x40, false, new[] { (byte)number })], _ => completed++);
            lock (clock) bench.Time.Advance(TimeSpan.FromMicroseconds(100)); // leases run out
            vm.Turn.End(isAtRest: random.Next(2) == 0);
            var isClosed = random.Next(8) == 0;
            if (isClosed) vm.Ports.Close(OutputRelease.Fault);
            while (completed == i) vm.Turn.RunNext();
            Assert.Equal(0, vm.Ports.Outstanding);
            if (isClosed) vm.Open();
        }
        return completed;
    }
}
