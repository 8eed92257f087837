// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using EdgeHypervisor.Boards;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Lending;

/// <summary>
/// What one VM borrows of one other board: opened when the VM first runs, kept while it exists, opened anew when the lender
/// has taken it back or has forgotten it.
/// </summary>
/// <remarks>
/// Locks go one way: this loan's, then a port's. Ports leave what they send in a queue without a lock.
/// </remarks>
internal sealed class BorrowerLoan : IDisposable
{
    private const long FirstRetryNs = 250_000_000, LongestRetryNs = 5_000_000_000, ProbeNs = 1_000_000_000;

    private readonly LendingContext _context;
    private readonly VirtualMachineDescription _vm;
    private readonly string _id;
    private readonly PortOwner _owner;
    private readonly Action<BorrowerLoan> _gone;
    private readonly List<BorrowedPort> _ports = [];
    private readonly List<AskedPort> _asked = [];
    private readonly ConcurrentQueue<LinkItem> _inbox = [];
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private ReliableLink _link;
    private StreamKeys? _keys;
    private FrameSeal? _out, _in;
    private ulong _attempt, _epoch, _frame;
    private volatile bool _isRunning, _wasUp;
    private bool _isLeaving;
    private long _openedNs, _askAtNs, _retryNs = FirstRetryNs, _heardNs, _leaseNs, _closedAtNs;
    private volatile LoanState _state;
    private volatile string _reason = "";
    private int _unconfirmed, _isPumping;
    private volatile bool _isAwaited;
    private long _losses, _repeated, _merged;

    public BorrowerLoan(LendingContext context, string lender, VirtualMachineDescription vm, string id, PortOwner owner, Action<BorrowerLoan> gone)
    {
        (_context, Lender, _vm, _id, _owner, _gone) = (context, lender, vm, id, owner, gone);
        _leaseNs = (long)context.Options.Lease.TotalNanoseconds;
        _link = NewLink();
        _timer = context.Time.CreateTimer(_ => _context.Run(Pump), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Lender { get; }

    public string VirtualMachine => _vm.Name;

    /// <summary>Whether something can be sent to the lender with the hope that it arrives.</summary>
    public bool IsUp => _state == LoanState.Up;

    /// <summary>Whether the VM runs and its lender is about to be there for the first time: what happens now is made up for then.</summary>
    public bool IsBeginning => _isRunning && !_wasUp && _state == LoanState.Opening;

    /// <summary>Whether that has not taken long yet: a transaction that a guest begins now waits for the lender, and does not fail.</summary>
    public bool IsWorthWaitingFor =>
        _isRunning && !_wasUp && _state is LoanState.Opening or LoanState.Up && NowNs - Volatile.Read(ref _openedNs) < _context.Options.Patience.TotalNanoseconds;

    /// <summary>Whether the lender was there, and what waited for it is sent; what begins to wait after a false is sent when it is there.</summary>
    public bool HasBegun
    {
        get { lock (_lock) return _wasUp; }
    }

    public long NowNs => _context.NowNs;

    /// <summary>The stream of frames from the lender; null while there is none.</summary>
    public ulong? Stream
    {
        get { lock (_lock) return _in?.Stream; }
    }

    public ulong Attempt
    {
        get { lock (_lock) return _attempt; }
    }

    /// <summary>What the VM is about to pause has to wait for: changes that the lender has not confirmed, while it can be reached.</summary>
    public int Outstanding
    {
        get
        {
            _isAwaited = true;
            return _isRunning && IsUp ? Volatile.Read(ref _unconfirmed) : 0;
        }
    }

    public LoanStatus Status => new(
        VirtualMachine, Lender, _state, _reason, _link.Trips.Summarize(),
        Interlocked.Read(ref _losses), Interlocked.Read(ref _repeated) + _link.Repeated, Interlocked.Read(ref _merged));

    public RoundTrips Trips => _link.Trips;

    /// <summary>Adds a port; to be done before the VM runs for the first time.</summary>
    public BorrowedPort Add(PortMapping mapping, PortKind kind)
    {
        var index = checked((byte)_ports.Count);
        BorrowedPort port = kind switch
        {
            PortKind.Gpio => new BorrowedGpio(this, index, mapping, _owner),
            PortKind.I2c => new BorrowedI2c(this, index, mapping, _owner),
            PortKind.Spi => new BorrowedSpi(this, index, mapping, _owner),
            PortKind.Pwm => new BorrowedPwm(this, index, mapping, _owner),
            PortKind.Adc => new BorrowedAdc(this, index, mapping, _owner),
            _ => new BorrowedUart(this, index, mapping, _owner),
        };
        _ports.Add(port);
        _asked.Add(new AskedPort(mapping.Port, kind));
        return port;
    }

    /// <summary>The VM is about to run.</summary>
    public void Open(ulong epoch)
    {
        lock (_lock)
        {
            var isOther = epoch != _epoch; // what is lent is lent for one
            Volatile.Write(ref _openedNs, NowNs);
            (_epoch, _isRunning) = (epoch, true);
            if (_state == LoanState.Idle || isOther) Reopen("");
            else if (_out is not null) SendState(new ItemWriter(ItemKind.Open).Long((long)epoch));
        }
        Schedule();
    }

    /// <summary>The VM has ceased to run. A pause for a checkpoint is over before the lender could do anything about it.</summary>
    public void Close(OutputRelease reason)
    {
        lock (_lock)
        {
            if (!_isRunning) return;
            _isRunning = false;
            if (_out is not null && reason != OutputRelease.Checkpoint) SendState(new ItemWriter(ItemKind.Close).Byte((byte)reason));
        }
        Schedule();
    }

    /// <summary>The VM is gone: the lender is told, for as long as it could matter.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _isLeaving = true;
            _closedAtNs = NowNs;
            if (_out is null) End();
            else SendState(new ItemWriter(ItemKind.Leave));
        }
        Schedule();
    }

    /// <summary>Leaves something for the lender; false when nothing is lent now.</summary>
    public bool Send(LinkItem item)
    {
        if (_state is not (LoanState.Up or LoanState.Lost)) return false;
        Interlocked.Increment(ref _unconfirmed);
        _inbox.Enqueue(item);
        Schedule();
        return true;
    }

    public void AddLost() => Interlocked.Increment(ref _merged);

    /// <summary>The last moment at which the lender may begin what is asked for now, in its own clock; 0 when its clock is not known yet.</summary>
    public long NotAfterNs() => _link.Trips.OffsetNs is { } offset ? DeadlineNs() + offset : 0;

    /// <summary>When a guest is told that what it asks for now has not worked.</summary>
    public long DeadlineNs() => NowNs + (long)_context.Options.Patience.TotalNanoseconds;

    /// <summary>A moment of the lender's clock in ours.</summary>
    public long ToOurNs(long lenderNs) => lenderNs - (_link.Trips.OffsetNs ?? (lenderNs - NowNs));

    /// <summary>The lender's answer to <see cref="LendingMessageKind.Open"/>.</summary>
    public void Accept(LendingMessage message)
    {
        lock (_lock)
        {
            if (message.Attempt != _attempt || _state != LoanState.Opening || _keys is null) return;
            try
            {
                (_out, _in) = _keys.Agree(Purpose(_attempt, _context.Options.Board, Lender), _keys.Share, message.KeyShare.Span);
            }
            catch (FormatException e)
            {
                _reason = e.Message;
                return;
            }
            if (message.Lease > TimeSpan.Zero) _leaseNs = (long)message.Lease.TotalNanoseconds;
            Interlocked.Add(ref _repeated, _link.Repeated);
            _link = NewLink();
            _inbox.Clear();
            (_unconfirmed, _heardNs, _frame) = (0, NowNs, 0);
            (_state, _reason, _retryNs) = (LoanState.Up, "", FirstRetryNs);
            foreach (var port in _ports) port.Begin();
            if (_isRunning) SendState(new ItemWriter(ItemKind.Open).Long((long)_epoch));
            foreach (var port in _ports) port.CatchUp();
            _wasUp = true;
            if (_isLeaving) SendState(new ItemWriter(ItemKind.Leave));
        }
        Schedule();
    }

    /// <summary>The lender does not lend, or no longer.</summary>
    public void Refuse(LendingMessage message)
    {
        lock (_lock)
        {
            if (message.Attempt != _attempt || _state is LoanState.Idle or LoanState.Closed) return;
            if (_reason != message.Reason && message.Reason.Length > 0) _context.Report($"VM {VirtualMachine}: board {Lender} does not lend: {message.Reason}");
            if (_isLeaving) End();
            else Reopen(message.Reason);
        }
        Schedule();
    }

    /// <summary>A frame that names this loan's stream.</summary>
    public void Receive(byte[] frame)
    {
        var arrived = new List<byte[]>();
        lock (_lock)
        {
            if (_in?.Open(frame, out var number) is not { } content) return;
            try
            {
                var before = _link.Unconfirmed;
                var isNewest = _link.Receive(number, LinkFrame.Decode(content), NowNs, arrived);
                Interlocked.Add(ref _unconfirmed, _link.Unconfirmed - before);
                if (isNewest) _heardNs = NowNs;
                if (isNewest && _state == LoanState.Lost) ComeBack();
            }
            catch (FormatException e)
            {
                Reopen(e.Message);
                return;
            }
        }
        Dispatch(arrived);
        TellAwaiting();
        Schedule();
    }

    /// <summary>The transport came or went.</summary>
    public void ConnectionChanged(bool connected)
    {
        lock (_lock)
        {
            if (connected)
            {
                _link.Hurry(NowNs);
                _askAtNs = NowNs;
            }
            else if (_state == LoanState.Up)
            {
                Lose();
            }
        }
        Schedule();
    }

    public void Dispose()
    {
        lock (_lock) End();
    }

    internal static string Purpose(ulong attempt, string borrower, string lender) => $"edgehypervisor lending 1 {borrower} {lender} {attempt:x16}";

    private static ulong Draw() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private ReliableLink NewLink() => new(new LinkOptions((long)_context.Options.KeepAlive.TotalNanoseconds, AcknowledgeNs: 20_000_000));

    private void SendState(ItemWriter item)
    {
        var bytes = item.Finish();
        Interlocked.Increment(ref _unconfirmed);
        _inbox.Enqueue(new LinkItem(() => bytes));
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _isPumping, 1) == 0) _context.Run(Pump);
    }

    // Everything that time and the queue bring about.
    private void Pump()
    {
        Volatile.Write(ref _isPumping, 0);
        var frames = new List<byte[]>();
        LendingMessage? message;
        lock (_lock)
        {
            var nowNs = NowNs;
            message = Watch(nowNs);
            while (_inbox.TryDequeue(out var item)) _link.Add(item);
            while (_out is not null && _context.Wire.IsConnected && _link.Poll(nowNs, _context.Wire.MaximumFrameBytes - FrameSeal.OverheadBytes) is { } frame)
                frames.Add(_out.Seal(++_frame, frame.Encode()));
            SetTimer(nowNs);
        }
        if (message is not null) _context.Wire.Send(message);
        foreach (var frame in frames) _context.Wire.SendFrame(Lender, frame);
        foreach (var port in _ports) port.Tick(NowNs);
    }

    // What has to be asked of the lender now.
    private LendingMessage? Watch(long nowNs)
    {
        if (_state == LoanState.Up && nowNs - _heardNs > _context.Options.LossAfter.TotalNanoseconds) Lose();
        if (_state == LoanState.Lost && nowNs - _heardNs > _leaseNs) Reopen("its lease has run out");
        if (_isLeaving && nowNs - _closedAtNs > _leaseNs) End();
        if (_isLeaving && _state == LoanState.Up && _inbox.IsEmpty && _link.Unconfirmed == 0) End();
        if (_state is not (LoanState.Opening or LoanState.Lost) || nowNs < _askAtNs || !_context.Wire.IsConnected) return null;
        if (_state == LoanState.Lost)
        {
            _askAtNs = nowNs + ProbeNs;
            return Message(LendingMessageKind.Probe);
        }
        _askAtNs = nowNs + _retryNs;
        _retryNs = Math.Min(_retryNs * 2, LongestRetryNs);
        return Message(LendingMessageKind.Open) with { Vm = _id, Epoch = _epoch, Terms = Terms(_vm), Ports = _asked, KeyShare = _keys!.Share };
    }

    private LendingMessage Message(LendingMessageKind kind) =>
        new() { Kind = kind, From = _context.Options.Board, To = Lender, Attempt = _attempt };

    /// <summary>What of a manifest another board has to know to lend.</summary>
    internal static string Terms(VirtualMachineDescription vm) => new VirtualMachineDescription
    {
        Name = vm.Name,
        Machine = vm.Machine,
        Firmware = "elsewhere",
        Map = [.. vm.Map.Select(mapping => mapping.On(null) with { OnMove = OnMove.StayBehind })],
    }.ToYaml();

    // The timer is for what comes next by itself; not later than the tick that waiting transactions and losses want.
    private void SetTimer(long nowNs)
    {
        if (_state is LoanState.Idle or LoanState.Closed) return;
        var tickNs = (long)_context.Options.KeepAlive.TotalNanoseconds / 2;
        var dueNs = Math.Min(nowNs + tickNs, _out is null ? _askAtNs : Math.Max(_link.DueNs, nowNs));
        if (!_context.Wire.IsConnected) dueNs = nowNs + tickNs;
        _timer.Change(TimeSpan.FromMicroseconds(Math.Max(1000, (dueNs - nowNs + 999) / 1000)), Timeout.InfiniteTimeSpan);
    }

    private void Lose()
    {
        _state = LoanState.Lost;
        Interlocked.Increment(ref _losses);
        _askAtNs = NowNs;
        foreach (var port in _ports) port.LinkLost();
        TellAwaiting();
    }

    private void ComeBack()
    {
        _state = LoanState.Up;
        foreach (var port in _ports) port.LinkBack();
    }

    // Begins anew: whatever was under way is gone.
    private void Reopen(string reason)
    {
        if (_state is LoanState.Up) Lose();
        (_out, _in) = (null, null);
        _keys?.Dispose();
        _keys = new StreamKeys();
        _attempt = Draw();
        _state = LoanState.Opening;
        _reason = reason;
        _inbox.Clear();
        _unconfirmed = 0;
        _askAtNs = reason.Length == 0 ? NowNs : NowNs + _retryNs;
    }

    private void End()
    {
        if (_state == LoanState.Closed) return;
        if (_state == LoanState.Up) foreach (var port in _ports) port.LinkLost();
        _state = LoanState.Closed;
        (_out, _in) = (null, null);
        _keys?.Dispose();
        _timer.Dispose();
        _gone(this);
    }

    private void Dispatch(List<byte[]> items)
    {
        foreach (var bytes in items)
        {
            try
            {
                var item = new ItemReader(bytes);
                if (item.Kind == ItemKind.Nothing) continue;
                if (item.Port >= _ports.Count) throw new FormatException($"there is no port {item.Port}");
                _ports[item.Port].Take(ref item);
            }
            catch (FormatException e)
            {
                _context.Report($"VM {VirtualMachine}: board {Lender} sends what makes no sense: {e.Message}");
            }
        }
    }

    // A VM that is about to pause looks again whether it can.
    private void TellAwaiting()
    {
        if (!_isAwaited || (IsUp && Volatile.Read(ref _unconfirmed) > 0)) return;
        _isAwaited = false;
        _owner.Turn.Post(static () => { });
    }
}
