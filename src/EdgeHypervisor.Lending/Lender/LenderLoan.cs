// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending;

/// <summary>
/// What this board lends to one VM of another board: one more client of the arbiter, with the policies and budgets of its
/// manifest, fenced by the VM's epoch, until it is given back or its lease has run out.
/// </summary>
/// <remarks>
/// It begins with the first frame that opens under the agreed keys: an old message that somebody plays again makes none.
/// Everything happens on its turn.
/// </remarks>
internal sealed class LenderLoan : IDisposable
{
    private const int MostFramesWaiting = 64;

    private readonly LendingContext _context;
    private readonly Board _board;
    private readonly IReadOnlyList<AskedPort> _asked;
    private readonly string _id; // of the VM
    private readonly ulong _epoch; // for which it was granted
    private readonly LentEpochs? _epochs;
    private readonly FrameSeal _in, _out;
    private readonly Action<LenderLoan, Action> _activate;
    private readonly Action<LenderLoan, string> _gone;
    private readonly ReliableLink _link;
    private readonly LenderTurn _turn;
    private readonly List<LentPort> _ports = [];
    private readonly ITimer _timer;
    private readonly TokenBucket _frames;
    private IPortProvider? _provider;
    private long _heardNs;
    private ulong _frame;
    private int _isOver;
    private long _lostEdges;

    public LenderLoan(
        LendingContext context, Board board, LendingMessage asked, VirtualMachineDescription vm, StreamKeys keys, LentEpochs? epochs,
        Action<LenderLoan, Action> activate, Action<LenderLoan, string> gone)
    {
        (_context, _board, Vm, _asked, _epochs, _activate, _gone) = (context, board, vm, asked.Ports, epochs, activate, gone);
        _id = asked.Vm.Length > 0 ? asked.Vm : vm.Name;
        (Borrower, Attempt, _epoch) = (asked.From, asked.Attempt, asked.Epoch);
        (_in, _out) = keys.Agree(BorrowerLoan.Purpose(asked.Attempt, asked.From, context.Options.Board), asked.KeyShare.Span, keys.Share);
        KeyShare = keys.Share;
        _link = new ReliableLink(new LinkOptions(KeepAliveNs: 0, AcknowledgeNs: 0));
        _turn = new LenderTurn(context, Pump);
        _frames = new TokenBucket(new BudgetDescription(context.Options.MaximumFramesPerSecond, Math.Max(1, context.Options.MaximumFramesPerSecond / 4)));
        _heardNs = context.NowNs;
        _timer = context.Time.CreateTimer(_ => _turn.Post(Watch), null, context.Options.Lease, Timeout.InfiniteTimeSpan);
    }

    public string Borrower { get; }

    public ulong Attempt { get; }

    public VirtualMachineDescription Vm { get; }

    public byte[] KeyShare { get; }

    /// <summary>The stream of the borrower's frames.</summary>
    public ulong Stream => _in.Stream;

    /// <summary>Whether its borrower has proved to have the keys.</summary>
    public bool IsActive => _provider is not null;

    private bool IsOver => Volatile.Read(ref _isOver) != 0;

    public long LostEdges => Interlocked.Read(ref _lostEdges);

    public long NowNs => _context.NowNs;

    /// <summary>A frame that names this loan's stream, from any thread. What comes faster than it can be dealt with is dropped, and comes again.</summary>
    public void Receive(byte[] frame)
    {
        lock (_frames)
        {
            if (_frames.TryTake(NowNs) > 0) return;
        }
        _turn.TryPost(() => Process(frame), MostFramesWaiting);
    }

    /// <summary>The transport came or went.</summary>
    public void ConnectionChanged(bool connected)
    {
        if (connected) _turn.Post(() => _link.Hurry(NowNs));
    }

    /// <summary>Takes everything back, from any thread: when this returns nothing of the loan drives anything.</summary>
    /// <param name="reason">Told to the borrower; empty when it need not know.</param>
    /// <param name="release">What its outputs do; null when they are released already.</param>
    public void End(string reason, OutputRelease? release)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0) return;
        _timer.Dispose();
        if (release is { } how) _provider?.Close(how);
        _provider?.Dispose();
        _gone(this, reason);
    }

    /// <summary>For the ports: something for the borrower.</summary>
    public void Send(LinkItem item)
    {
        if (!IsOver) _link.Add(item);
    }

    public void AddLostEdge() => Interlocked.Increment(ref _lostEdges);

    public void Dispose() => End("the service ends", OutputRelease.ServiceRestart);

    // From here on, on its turn.

    private void Process(byte[] frame)
    {
        if (IsOver || _in.Open(frame, out var number) is not { } content) return;
        var arrived = new List<byte[]>();
        try
        {
            if (_link.Receive(number, LinkFrame.Decode(content), NowNs, arrived)) _heardNs = NowNs;
            if (!IsActive) Activate();
            foreach (var bytes in arrived)
            {
                if (!IsOver) Take(bytes);
            }
        }
        catch (FormatException e)
        {
            End($"what it sends makes no sense: {e.Message}", OutputRelease.Fault);
        }
        catch (Exception e) when (e is BindingException or FencedException)
        {
            End(e.Message, OutputRelease.Fault);
        }
    }

    private void Activate()
    {
        _activate(this, () =>
        {
            _provider = _board.CreatePorts(Vm, new NullPorts(), _id);
            _provider.Attach(_turn);
            foreach (var (i, asked) in _asked.Index()) _ports.Add(Bind(checked((byte)i), asked.Port, asked.Kind, _provider));
        });
    }

    private LentPort Bind(byte index, PortName port, PortKind kind, IPortProvider ports) => kind switch
    {
        PortKind.Gpio => new LentGpio(this, index, ports.Gpio(port.Device, port.Index ?? 0)),
        PortKind.I2c => new LentI2c(this, index, ports.I2c(port.Device)),
        PortKind.Spi => new LentSpi(this, index, ports.Spi(port.Device, port.Index ?? 0)),
        PortKind.Pwm => new LentPwm(this, index, ports.Pwm(port.Device, port.Index ?? 0)),
        PortKind.Adc => new LentAdc(this, index, ports.Adc(port.Device, port.Index ?? 0)),
        _ => new LentUart(this, index, ports.Uart(port.Device)),
    };

    private void Take(byte[] bytes)
    {
        var item = new ItemReader(bytes);
        switch (item.Kind)
        {
            case ItemKind.Nothing:
                break;
            case ItemKind.Open:
                var epoch = (ulong)item.Long();
                item.End();
                if (epoch != _epoch) throw new FormatException($"it runs under epoch {epoch}, and was granted this for {_epoch}");
                _epochs?.Enter(_id, epoch);
                _provider!.Open(epoch);
                break;
            case ItemKind.Close:
                _provider!.Close(item.Choice<OutputRelease>());
                break;
            case ItemKind.Leave:
                End("", null);
                break;
            default:
                if (item.Port >= _ports.Count) throw new FormatException($"there is no port {item.Port}");
                _ports[item.Port].Take(ref item);
                break;
        }
    }

    private void Watch()
    {
        if (IsOver) return;
        if (NowNs - _heardNs >= _context.Options.Lease.TotalNanoseconds)
            End($"nothing was heard of it for {_context.Options.Lease.TotalSeconds:0.#} s", OutputRelease.LeaseEnd);
    }

    // Called when its turn has nothing more to do.
    private void Pump()
    {
        if (!IsActive) return;
        var nowNs = NowNs;
        while (_context.Wire.IsConnected && _link.Poll(nowNs, _context.Wire.MaximumFrameBytes - FrameSeal.OverheadBytes) is { } frame)
            _context.Wire.SendFrame(Borrower, _out.Seal(++_frame, frame.Encode()));
        if (IsOver) return;
        var leaseEndNs = _heardNs + (long)_context.Options.Lease.TotalNanoseconds;
        var dueNs = Math.Min(leaseEndNs, _context.Wire.IsConnected ? _link.DueNs : leaseEndNs);
        _timer.Change(TimeSpan.FromMicroseconds(Math.Max(1000, (dueNs - nowNs + 999) / 1000)), Timeout.InfiniteTimeSpan);
    }
}
