// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards.Tests.Sharing;

public sealed class SerialTests : IDisposable
{
    private readonly FakeSerial _port = new();
    private readonly Bench _bench = new();

    public SerialTests() => _bench.With("console0", _port);

    public void Dispose()
    {
        _port.Gate.Set();
        _bench.Dispose();
    }

    [Fact]
    public void Everything_sent_arrives_in_order_and_is_outstanding_until_then()
    {
        _port.Gate.Reset();
        using var vm = _bench.NewVm("a", "uart0: console0").Open();
        var port = vm.Ports.Uart("uart0");
        vm.Turn.Run();
        foreach (var value in "hello"u8.ToArray()) port.Send(value);
        _port.Begun.Wait();
        Assert.Equal(1, vm.Ports.Outstanding);

        _port.Gate.Set();
        vm.Turn.RunNext(); // the look at whether the VM can pause now

        Assert.Equal(0, vm.Ports.Outstanding);
        Assert.Equal("hello", Encoding.ASCII.GetString([.. _port.Sent]));
    }

    [Fact]
    public void A_port_that_takes_nothing_never_blocks_the_guest()
    {
        _port.Gate.Reset();
        using var vm = _bench.NewVm("a", "uart0: console0").Open();
        for (var i = 0; i < 10_000; i++) vm.Ports.Uart("uart0").Send((byte)i);

        Assert.True(_bench.Board.Status()[0].Counts.Errors > 0);
    }

    [Fact]
    public void What_comes_is_told_once_and_taken_byte_by_byte()
    {
        using var vm = _bench.NewVm("a", "uart0: console0").Open();
        var port = vm.Ports.Uart("uart0");
        var told = 0;
        port.OnReadable(() => told++);
        vm.Turn.Run();
        told = 0;

        _port.Receive("ab"u8);
        _port.Receive("c"u8);
        vm.Turn.Run();

        Assert.Equal(1, told);
        Assert.Equal("abc", Receive(port));
    }

    [Fact]
    public void What_comes_while_the_VM_stands_still_waits_for_it()
    {
        using var vm = _bench.NewVm("a", "uart0: console0").Open();
        var port = vm.Ports.Uart("uart0");
        vm.Ports.Close(OutputRelease.Pause);
        _port.Receive("later"u8);

        vm.Open();

        Assert.Equal("later", Receive(port));
    }

    [Fact]
    public void A_line_that_is_not_mapped_leads_to_the_console()
    {
        var consoles = new ConsolePorts();
        using var ports = _bench.Board.CreatePorts(Bench.Manifest("a", "uart0: console0"), consoles);
        ports.Attach(new FakeTurn());
        ports.Open(1);

        ports.Uart("uart1").Send((byte)'x');

        Assert.Equal(["uart1"], consoles.Consoles.Select(console => console.Device));
        Assert.Equal(1, consoles.Console("uart1").OutputPosition);
    }

    [Fact]
    public void Lines_of_VMs_that_share_a_port_do_not_mix_and_each_gets_its_turn()
    {
        using var a = _bench.NewVm("a", "uart0: { to: console0, access: shared }").Open();
        using var b = _bench.NewVm("b", "uart0: { to: console0, access: shared }").Open();
        _port.Gate.Reset();
        Send(a, "a1\n");
        _port.Begun.Wait();
        Send(a, "a2\na3\n");
        Send(b, "b1\nb2\n");
        _port.Gate.Set();
        while (a.Ports.Outstanding + b.Ports.Outstanding > 0) Thread.Yield();

        var lines = Encoding.ASCII.GetString([.. _port.Sent]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["a1", "a2", "a3", "b1", "b2"], lines.Order());
        Assert.True(Array.IndexOf(lines, "b1") < Array.IndexOf(lines, "a3"), string.Join(' ', lines));
    }

    [Fact]
    public void A_prompt_keeps_the_others_waiting_for_a_moment_only()
    {
        using var a = _bench.NewVm("a", "uart0: { to: console0, access: shared }").Open();
        using var b = _bench.NewVm("b", "uart0: { to: console0, access: shared }").Open();
        Send(a, "$ ");
        while (a.Ports.Outstanding > 0) Thread.Yield();
        Send(b, "news\n");

        // The port's thread asks for the time when it finds the line unfinished; then the time passes.
        while (b.Ports.Outstanding > 0) _bench.Time.Advance(SerialArbiter.LinePatience);

        Assert.Equal("$ news\n", Encoding.ASCII.GetString([.. _port.Sent]));
    }

    [Fact]
    public void What_comes_reaches_every_VM_that_shares_the_port()
    {
        using var a = _bench.NewVm("a", "uart0: { to: console0, access: shared }").Open();
        using var b = _bench.NewVm("b", "uart0: { to: console0, access: shared }").Open();
        var (first, second) = (a.Ports.Uart("uart0"), b.Ports.Uart("uart0"));

        _port.Receive("to all"u8);

        Assert.Equal(("to all", "to all"), (Receive(first), Receive(second)));
    }

    private static void Send(TestVm vm, string text)
    {
        foreach (var value in Encoding.ASCII.GetBytes(text)) vm.Ports.Uart("uart0").Send(value);
    }

    private static string Receive(Abstractions.IUartPort port)
    {
        var text = new StringBuilder();
        while (port.TryReceive(out var value)) text.Append((char)value);
        return text.ToString();
    }
}
