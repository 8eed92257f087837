// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Drivers.Simulated;

namespace EdgeHypervisor.Drivers.Tests.Simulated;

public sealed class PtySerialTests : SerialContract
{
    protected override ISerialRig NewRig() => new Rig();

    [Fact]
    public async Task Nobody_at_the_other_end_never_blocks_for_long_and_a_terminal_may_come_later()
    {
        using var rig = new Rig();
        rig.OtherEnd.Dispose();

        rig.Port.Write(new byte[100_000]); // what the kernel does not keep is lost

        using var terminal = rig.OpenTerminal();
        var hello = Task.Run(() => // reads while we write: what the kernel did keep would fill the line otherwise
        {
            var received = new List<byte>();
            while (received.Count < 5 || !received[^5..].SequenceEqual("hello"u8.ToArray())) received.Add((byte)terminal.ReadByte());
        });
        while (!hello.IsCompleted) rig.Port.Write("hello"u8);
        await hello;
    }

    [Fact]
    public void A_port_that_no_terminal_has_ever_opened_drops_what_is_sent_at_once()
    {
        using var context = new FakeDriverContext();
        using var port = (ISerialPort)new SimulatedSerialPlugin().Create(context).Open(Options.Of(("end", "pty")));

        for (var i = 0; i < 200; i++) port.Write(new byte[1000]); // would take minutes if each waited for a reader

        Assert.Equal("200000", ((ISimulated)port).Observe()["sentBytes"]);
    }

    [Fact]
    public void A_link_leads_to_the_terminal_while_the_port_is_open()
    {
        var link = Path.Combine(Path.GetTempPath(), $"ehv-pty-{Guid.NewGuid():n}");
        using (var rig = new Rig(link))
        {
            Assert.Equal(((ISimulated)rig.Port).Observe()["at"], new FileInfo(link).LinkTarget);
        }

        Assert.False(Path.Exists(link) || new FileInfo(link).LinkTarget is not null);
    }

    [Fact]
    public void Where_the_terminal_is_is_reported()
    {
        using var rig = new Rig();

        Assert.StartsWith("peripheral role: serial line at /dev/pts/", Assert.Single(rig.Context.Reports), StringComparison.Ordinal);
    }

    private sealed class Rig : ISerialRig
    {
        public Rig(string? link = null)
        {
            (string, string)[] options = link is null ? [("end", "pty")] : [("end", "pty"), ("link", link)];
            Port = (ISerialPort)new SimulatedSerialPlugin().Create(Context).Open(Options.Of(options));
            OtherEnd = OpenTerminal();
        }

        public FakeDriverContext Context { get; } = new();

        public ISerialPort Port { get; }

        public Stream OtherEnd { get; }

        public FileStream OpenTerminal() =>
            new(((ISimulated)Port).Observe()["at"], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);

        public void Dispose()
        {
            OtherEnd.Dispose();
            Port.Dispose();
            Context.Dispose();
        }
    }
}
