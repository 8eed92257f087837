// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class LoopSerialTests
{
    [Fact]
    public void A_looped_line_receives_what_it_sends_and_an_open_one_does_not()
    {
        foreach (var (end, expected) in (Dictionary<string, string>)new() { ["loopback"] = "echo", ["null"] = "" })
        {
            using var context = new FakeDriverContext();
            using var port = (ISerialPort)new SimulatedSerialPlugin().Create(context).Open(Options.Of(("end", end)));
            var received = new StringBuilder();
            port.OnReceive(data => received.Append(Encoding.ASCII.GetString(data)));

            port.Write("echo"u8);

            Assert.Equal(expected, received.ToString());
            Assert.Equal("echo", ((ISimulated)port).Observe()["sent"]);
        }
    }

    [Fact]
    public void The_outside_can_send_something()
    {
        using var context = new FakeDriverContext();
        using var port = (ISerialPort)new SimulatedSerialPlugin().Create(context).Open(Options.Of());
        var received = new StringBuilder();
        port.OnReceive(data => received.Append(Encoding.ASCII.GetString(data)));

        ((ISimulated)port).Change("receive", "hello");

        Assert.Equal("hello", received.ToString());
    }
}
