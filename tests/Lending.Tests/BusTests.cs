// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Migration;

namespace EdgeHypervisor.Lending.Tests;

/// <summary>Transactions, samples, settings and bytes to and from peripherals of another board.</summary>
public sealed class BusTests : IDisposable
{
    private readonly TwoBoards _boards = new();
    private readonly FakeI2cTarget _target = new(0x76) { IsImmediate = true };
    private readonly FakeSpi _spi = new();
    private readonly FakePwm _pwm = new();
    private readonly FakeSerial _serial = new();

    public BusTests() => _boards.Desk.Bench
        .With("sensor", _target).With("chip", _spi).With("fan", _pwm).With("line", _serial).With("knob", new FakeAdc()).With("memory", new CountingMemory(0x50));

    public void Dispose() => _boards.Dispose();

    [Fact]
    public void A_transaction_is_done_once_and_its_data_come_back()
    {
        using var vm = _boards.NewVm("vm", "i2c0: { to: desk/memory }").Also(vm => vm.Ports.I2c("i2c0")).Open();
        var (write, read) = (new byte[] { 5 }, new byte[4]);
        BusStatus? status = null;
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x50, false, write), new I2cMessage(0x50, true, read)], s => status = s);
        Assert.NotEqual(0, vm.Ports.Outstanding);
        vm.Run();
        Assert.Equal(BusStatus.Ok, status);
        Assert.Equal([6, 7, 8, 9], read);
        Assert.Equal(0, vm.Ports.Outstanding);
    }

    [Fact]
    public void A_transaction_that_begins_with_the_loan_waits_for_the_lender()
    {
        using var vm = _boards.NewVm("vm", "i2c0: { to: desk/memory }").Also(vm => vm.Ports.I2c("i2c0"));
        _boards.Settle();
        vm.Ports.Open(vm.Epoch); // as at a move's end: the guest runs before the lender has answered
        var (write, read) = (new byte[] { 5 }, new byte[2]);
        BusStatus? status = null;
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x50, false, write), new I2cMessage(0x50, true, read)], s => status = s);
        Assert.Null(status);
        vm.Run();
        Assert.Equal(BusStatus.Ok, status);
        Assert.Equal([6, 7], read);
    }

    [Fact]
    public void It_does_not_wait_for_long_for_a_lender_that_is_not_there()
    {
        using var vm = _boards.NewVm("vm", "i2c0: { to: desk/memory }").Also(vm => vm.Ports.I2c("i2c0"));
        _boards.Network.Faults = new LosingAll();
        vm.Open();
        BusStatus? status = null;
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x50, false, new byte[] { 5 })], s => status = s);
        _boards.Advance(TimeSpan.FromSeconds(1.5));
        vm.Turn.Run();
        Assert.Null(status);
        _boards.Advance(TimeSpan.FromSeconds(1.5));
        vm.Turn.Run();
        Assert.Equal(BusStatus.TimedOut, status);
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x50, false, new byte[] { 5 })], s => status = s);
        Assert.Equal(BusStatus.Unavailable, status);
    }

    [Fact]
    public void A_borrower_that_confirms_no_answer_loses_what_it_borrowed()
    {
        var manifest = Bench.Manifest("vm", "i2c0: memory");
        using var keys = new StreamKeys();
        _boards.Settle();
        _boards.Desk.Endpoint.Receive(
            new LendingMessage { Kind = LendingMessageKind.Open, From = "pocket", To = "desk", Attempt = 7, Epoch = 2, Terms = BorrowerLoan.Terms(manifest), Ports = [new AskedPort(manifest.Map[0].Port, PortKind.I2c)], KeyShare = keys.Share },
            isProved: true, arrivedNs: 0);
        var loan = Assert.Single(_boards.Desk.Endpoint.Lent);
        var (seal, _) = keys.Agree(BorrowerLoan.Purpose(7, "pocket", "desk"), keys.Share, loan.KeyShare);
        var tooLate = new ItemWriter(ItemKind.Transfer).Word(1).Long(1).Finish(); // which is answered at once
        for (var frame = 1UL; frame <= 300; frame++)
        {
            loan.Receive(seal.Seal(frame, new LinkFrame { Taken = 0, Room = LinkOptions.Window, SentNs = (long)frame, Items = [(frame, tooLate)] }.Encode()));
            _boards.Settle();
        }
        Assert.Empty(_boards.Desk.Endpoint.Lent);
        Assert.Contains(_boards.Desk.Bench.Reports, line => line.Contains("confirms no answers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void No_transaction_is_lost_or_done_twice_over_a_bad_network(int seed)
    {
        using var vm = _boards.NewVm("vm", "i2c0: { to: desk/sensor }").Also(vm => vm.Ports.I2c("i2c0")).Open();
        _boards.Network.Faults = new Random(seed);
        for (byte i = 1; i <= 50; i++)
        {
            BusStatus? status = null;
            vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new[] { i })], s => status = s);
            for (var waits = 0; status is null && waits < 190; waits++)
            {
                _boards.Advance(TimeSpan.FromMilliseconds(10));
                vm.Turn.Run();
            }
            Assert.Equal(BusStatus.Ok, status);
        }
        Assert.Equal(Enumerable.Range(1, 50), _target.Seen);
    }

    [Fact]
    public void A_transaction_that_was_told_to_have_failed_is_not_begun_afterwards()
    {
        using var vm = _boards.NewVm("vm", "i2c0: { to: desk/sensor }").Also(vm => vm.Ports.I2c("i2c0")).Open();
        _boards.Advance(TimeSpan.FromSeconds(1));
        _boards.Network.Faults = new LosingAll();
        BusStatus? status = null;
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new byte[] { 1 })], s => status = s);
        vm.Run();
        _boards.Connect(false);
        vm.Run();
        Assert.Equal(BusStatus.Unavailable, status);
        Assert.Equal(0, vm.Ports.Outstanding);
        _boards.Network.Faults = null;
        _boards.Connect(true);
        _boards.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(_target.Seen);
        Assert.Equal(LoanState.Up, Assert.Single(_boards.Pocket.Endpoint.Loans).State);
    }

    [Fact]
    public void A_request_that_lingers_in_the_network_is_not_begun_when_its_time_is_up()
    {
        using var vm = _boards.NewVm("vm", "i2c0: { to: desk/sensor }").Also(vm => vm.Ports.I2c("i2c0")).Open();
        _boards.Advance(TimeSpan.FromSeconds(1));
        var before = _boards.Network.Frames.Count;
        _boards.Network.Faults = new LosingAll();
        BusStatus? status = null;
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new byte[] { 1 })], s => status = s);
        vm.Run();
        var lingering = _boards.Network.Frames.Skip(before).Where(frame => frame.To == "desk").ToList();
        _boards.Advance(TimeSpan.FromSeconds(2.5));
        vm.Turn.Run();
        Assert.True(status is BusStatus.TimedOut or BusStatus.Unavailable);
        _boards.Network.Faults = null;
        foreach (var frame in lingering) _boards.Desk.Endpoint.ReceiveFrame(frame.Frame);
        _boards.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(_target.Seen);
    }

    [Fact]
    public void A_slow_target_holds_up_neither_the_VM_nor_others_on_its_board()
    {
        _target.IsImmediate = false;
        _target.Gate.Reset();
        using var vm = _boards.NewVm("vm", "i2c0: { to: desk/sensor }, pwm0/0: desk/fan").Also(vm => vm.Ports.I2c("i2c0")).Also(vm => vm.Ports.Pwm("pwm0", 0)).Open();
        BusStatus? status = null;
        vm.Ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new byte[] { 1 })], s => status = s);
        vm.Run();
        _target.Begun.Wait(TimeSpan.FromMinutes(4));
        vm.Ports.Pwm("pwm0", 0).Set(new PwmSetting(1000, 100, true));
        vm.Run();
        Assert.Single(_pwm.Settings);
        Assert.Null(status);
        _boards.Advance(TimeSpan.FromSeconds(2.5));
        vm.Turn.Run();
        Assert.Equal(BusStatus.TimedOut, status);
        _target.Gate.Set();
    }

    [Fact]
    public void Two_guests_share_a_sensor_one_here_and_one_there()
    {
        using var far = _boards.NewVm("far", "i2c0: { to: desk/sensor, access: shared }").Also(vm => vm.Ports.I2c("i2c0")).Open();
        using var near = _boards.Desk.Bench.NewVm("near", "i2c0: { to: sensor, access: shared }").Open();
        for (byte i = 0; i < 10; i++)
        {
            far.Ports.I2c("i2c0").Transfer([new I2cMessage(0x76, false, new[] { (byte)(2 * i) })], _ => { });
            far.Run();
            near.Send("i2c0", 0x76, (byte)(2 * i + 1));
        }
        Assert.Equal(Enumerable.Range(0, 20), _target.Seen);
        Assert.False(_target.WasShared);
    }

    [Fact]
    public void What_an_exclusive_guest_has_there_is_refused_with_its_name()
    {
        using var near = _boards.Desk.Bench.NewVm("near", "i2c0: { to: sensor }").Open();
        using var far = _boards.NewVm("far", "i2c0: { to: desk/sensor, access: shared }").Also(vm => vm.Ports.I2c("i2c0")).Open();
        var loan = Assert.Single(_boards.Pocket.Endpoint.Loans);
        Assert.Equal(LoanState.Opening, loan.State);
        Assert.Contains("VM near (port i2c0) has it exclusively", loan.Reason, StringComparison.Ordinal);
        near.Dispose();
        _boards.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(LoanState.Up, Assert.Single(_boards.Pocket.Endpoint.Loans).State); // heals by itself
    }

    [Fact]
    public void SPI_keeps_its_chip_selected_between_transfers()
    {
        using var vm = _boards.NewVm("vm", "spi0/1: { to: desk/chip }").Also(vm => vm.Ports.Spi("spi0", 1)).Open();
        var statuses = new List<BusStatus>();
        vm.Ports.Spi("spi0", 1).Transfer(new byte[] { 1 }, default(SpiSettings) with { BitsPerWord = 8 }, keepSelected: true, statuses.Add);
        vm.Run();
        vm.Ports.Spi("spi0", 1).Transfer(new byte[] { 2 }, default(SpiSettings) with { BitsPerWord = 8 }, keepSelected: true, statuses.Add);
        vm.Run();
        vm.Ports.Spi("spi0", 1).Deselect();
        vm.Run();
        Assert.Equal([BusStatus.Ok, BusStatus.Ok], statuses);
        Assert.Equal(["1 and on", "2 and on", "deselect"], _spi.Calls);
    }

    [Fact]
    public void An_analogue_input_is_sampled_there()
    {
        using var vm = _boards.NewVm("vm", "adc0/0: { to: desk/knob }").Also(vm => vm.Ports.Adc("adc0", 0)).Open();
        (BusStatus Status, long Microvolts)? sample = null;
        vm.Ports.Adc("adc0", 0).Sample((status, microvolts) => sample = (status, microvolts));
        vm.Run();
        Assert.Equal((BusStatus.Ok, 1_234_567L), sample);
    }

    [Fact]
    public void A_PWM_setting_arrives_and_only_the_latest_counts()
    {
        using var vm = _boards.NewVm("vm", "pwm0/0: { to: desk/fan }").Also(vm => vm.Ports.Pwm("pwm0", 0));
        vm.Ports.Pwm("pwm0", 0).Set(new PwmSetting(1000, 100, true));
        vm.Open();
        vm.Ports.Pwm("pwm0", 0).Set(new PwmSetting(1000, 200, true));
        vm.Ports.Pwm("pwm0", 0).Set(new PwmSetting(1000, 300, true));
        vm.Run();
        Assert.Equal([100, 300], _pwm.Settings.Select(setting => setting.DutyNs));
    }

    [Fact]
    public void Serial_bytes_go_both_ways_and_none_is_lost_however_slowly_the_guest_reads()
    {
        using var vm = _boards.NewVm("vm", "uart0: { to: desk/line }").Also(vm => vm.Ports.Uart("uart0")).Open();
        var port = vm.Ports.Uart("uart0");
        var sent = Enumerable.Range(0, 3000).Select(i => (byte)i).ToArray();
        foreach (var value in sent) port.Send(value);
        while (_serial.SentCount() < sent.Length) vm.Run(); // the port has a thread of its own
        Assert.Equal(sent, _serial.Sent);

        var received = new List<byte>();
        foreach (var chunk in Enumerable.Range(0, 6000).Select(i => (byte)(i * 7)).Chunk(500))
        {
            _serial.Receive(chunk);
            vm.Run();
        }
        while (received.Count < 6000)
        {
            for (var i = 0; i < 100 && port.TryReceive(out var value); i++) received.Add(value);
            vm.Run();
        }
        Assert.Equal(Enumerable.Range(0, 6000).Select(i => (byte)(i * 7)), received);
    }
}
