// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Lending.Tests.Wire;

/// <summary>Nothing that another board says can do more than be refused. <c>EDGEHYPERVISOR_FUZZ</c> sets how often.</summary>
public class FuzzTests
{
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("EDGEHYPERVISOR_FUZZ"), out var times) ? times : 3_000;

    [Fact]
    public void A_spoilt_message_is_a_format_error_or_another_message()
    {
        var random = new Random(1);
        var whole = LendingCodec.Encode(new LendingMessage
        {
            Kind = LendingMessageKind.Open,
            From = "pocket",
            To = "desk",
            Attempt = 7,
            Epoch = 3,
            Terms = "kind: VirtualMachine",
            Ports = [new AskedPort(new PortName("gpio0", 3), PortKind.Gpio), new AskedPort(new PortName("i2c0", null), PortKind.I2c)],
            Answers = [new PortAnswer("gpio0/3", "", "relay1", PeripheralKind.Gpio)],
            KeyShare = new byte[91],
            Reason = "r",
            Lease = TimeSpan.FromSeconds(1),
            Held = TimeSpan.FromMilliseconds(2),
        });
        Assert.Equal("kind: VirtualMachine", LendingCodec.Decode(whole).Terms);
        for (var i = 0; i < Times; i++) Try(() => LendingCodec.Decode(Spoil(whole, random)));
    }

    [Fact]
    public void A_spoilt_frame_is_a_format_error_or_another_frame()
    {
        var random = new Random(2);
        var whole = new LinkFrame { Taken = 4, Room = 64, SentNs = 1, Items = [(5, [1, 2, 3]), (6, []), (7, new byte[100])] }.Encode();
        Assert.Equal(3, LinkFrame.Decode(whole).Items.Count);
        for (var i = 0; i < Times; i++) Try(() => LinkFrame.Decode(Spoil(whole, random)));
    }

    [Fact]
    public void Whatever_a_borrower_with_the_keys_asks_for_the_lender_goes_on()
    {
        var random = new Random(3);
        using var boards = new TwoBoards();
        boards.Desk.Bench.With("relay1", new RecordingLine()).With("sensor", new FakeI2cTarget(0x76) { IsImmediate = true })
            .With("chip", new FakeSpi()).With("fan", new FakePwm()).With("knob", new FakeAdc());
        const string Map = "gpio0/3: desk/relay1, i2c0: desk/sensor, spi0/0: desk/chip, pwm0/0: desk/fan, adc0/0: desk/knob";
        for (var i = 0; i < Times / 10; i++)
        {
            using var vm = boards.NewVm("vm", Map).Also(vm => (vm.Gpio(3), vm.Ports.I2c("i2c0"), vm.Ports.Spi("spi0", 0), vm.Ports.Pwm("pwm0", 0), vm.Ports.Adc("adc0", 0)).ToString()).Open();
            var loan = boards.Pocket.Endpoint.Borrowed[^1];
            for (var j = 0; j < 20; j++)
            {
                var bytes = new byte[2 + random.Next(40)];
                random.NextBytes(bytes);
                bytes[0] = (byte)random.Next(14);
                bytes[1] = (byte)random.Next(6);
                if (bytes.Length > 14 && random.Next(2) == 0) bytes.AsSpan(6, 8).Clear(); // at any time
                loan.Send(new LinkItem(() => bytes));
            }
            boards.Settle();
        }
        boards.Advance(TimeSpan.FromSeconds(15));
        Assert.Empty(boards.Desk.Endpoint.Lent);
        Assert.DoesNotContain(boards.Desk.Bench.Reports, line => line.Contains("Exception", StringComparison.Ordinal));
    }

    private static byte[] Spoil(byte[] whole, Random random)
    {
        var bytes = random.Next(3) == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
        for (var i = random.Next(4); i >= 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    private static void Try(Action decode)
    {
        try
        {
            decode();
        }
        catch (FormatException)
        {
        }
    }
}
