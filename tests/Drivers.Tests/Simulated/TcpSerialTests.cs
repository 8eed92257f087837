// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class TcpSerialTests : SerialContract
{
    protected override ISerialRig NewRig() => new Rig();

    [Fact]
    public void Who_connects_last_is_the_other_end()
    {
        using var rig = new Rig();
        using var second = rig.Connect();

        rig.Port.Write("hi"u8);
        var received = new byte[2];
        second.ReadExactly(received);

        Assert.Equal("hi"u8.ToArray(), received);
    }

    [Fact]
    public void A_port_that_is_taken_is_refused_with_its_number()
    {
        using var rig = new Rig();
        var port = rig.TcpPort.ToString(CultureInfo.InvariantCulture);
        using var context = new FakeDriverContext();

        var refusal = Assert.Throws<PeripheralException>(() => new SimulatedSerialPlugin().Create(context).Open(Options.Of(("end", "tcp"), ("port", port))));

        Assert.Contains($"cannot listen at TCP port {port}", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Rig : ISerialRig
    {
        private readonly FakeDriverContext _context = new();

        public Rig()
        {
            Port = (ISerialPort)new SimulatedSerialPlugin().Create(_context).Open(Options.Of(("end", "tcp")));
            OtherEnd = Connect();
        }

        public ISerialPort Port { get; }

        public Stream OtherEnd { get; }

        public int TcpPort => IPEndPoint.Parse(((ISimulated)Port).Observe()["at"]["tcp:".Length..]).Port;

        // A connection is the other end once the port has accepted it, which it shows.
        public Stream Connect()
        {
            var before = Connections;
            var client = new TcpClient();
            client.Connect(IPAddress.Loopback, TcpPort);
            SpinWait.SpinUntil(() => Connections > before, TimeSpan.FromMinutes(4));
            return client.GetStream();
        }

        private int Connections => int.Parse(((ISimulated)Port).Observe()["connections"], CultureInfo.InvariantCulture);

        public void Dispose()
        {
            OtherEnd.Dispose();
            Port.Dispose();
            _context.Dispose();
        }
    }
}
