// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace EdgeHypervisor.Runtime;

/// <summary>
/// One debugger at one VM. Each core is a thread, numbered from 1. While the guest runs, the session waits for a stop of
/// the VM or a break from the debugger; everything else is asked of a VM that stands still.
/// </summary>
/// <remarks>GDB manual, appendix E, "Packets", "Stop Reply Packets" and "General Query Packets".</remarks>
internal sealed class GdbSession : IDisposable
{
    private const string Ok = "OK";
    private const string Unsupported = "";
    private const string BadRequest = "E16"; // EINVAL
    private const string NoMemory = "E0e";   // EFAULT
    private const int SignalInterrupt = 2;
    private const int SignalTrap = 5;
    private const int SignalFault = 11;
    private const int MaximumMemoryBytes = (GdbConnection.MaximumPacketBytes / 2) - 64;

    private readonly VirtualMachine _vm;
    private readonly GdbConnection _connection;
    private readonly IReadOnlyList<IDebuggableCore> _cores;
    private readonly HashSet<ulong> _breakpoints = [];
    private readonly HashSet<(ulong Address, int LengthBytes)> _watchpoints = [];
    private readonly Channel<(string? Packet, VmStatus? Status)> _events = Channel.CreateBounded<(string?, VmStatus?)>(64);
    private readonly bool _runsAfterwards;
    private string? _targetDescription;
    private int _core;
    private bool _isWaitingForStop;
    private bool _interrupted;
    private bool _isOver;

    public GdbSession(VirtualMachine vm, Stream stream, bool goesOn)
    {
        _vm = vm;
        _connection = new GdbConnection(stream);
        _cores = vm.DebuggableCores;
        _runsAfterwards = goesOn || vm.State == VmState.Running;
        vm.StatusChanged += OnStatus;
        vm.Break();
    }

    /// <summary>Answers until the debugger leaves. What it set is taken away then, and a VM that ran before runs again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = ReadAsync(linked.Token);
        try
        {
            await foreach (var (packet, status) in _events.Reader.ReadAllAsync(linked.Token).ConfigureAwait(false))
            {
                if (packet is null && status is null) break;
                var answer = packet is not null ? Answer(packet) : StopReply(status!);
                if (answer is not null) await _connection.WritePacketAsync(answer, linked.Token).ConfigureAwait(false);
                if (_isOver) break;
            }
        }
        finally
        {
            await linked.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Detach();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _vm.StatusChanged -= OnStatus;

    private async Task ReadAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _connection.ReadPacketAsync(cancellation).ConfigureAwait(false) is { } packet)
                await _events.Writer.WriteAsync((packet, null), cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or GdbProtocolException)
        {
            // The debugger is gone or speaks something else; both end the session.
        }
        finally
        {
            _events.Writer.TryWrite((null, null));
            _events.Writer.TryComplete();
        }
    }

    // Statuses are looked at again when they are taken out, so one that does not fit into the channel is not missed.
    private void OnStatus(VirtualMachine vm, VmStatus status)
    {
        if (status.State is not (VmState.Running or VmState.Pausing)) _events.Writer.TryWrite((null, status));
    }

    private string? StopReply(VmStatus status)
    {
        if (!_isWaitingForStop) return null;
        _isWaitingForStop = false;
        return Describe(status);
    }

    private string Describe(VmStatus status)
    {
        var signal = _interrupted ? SignalInterrupt : status.State == VmState.Faulted ? SignalFault : SignalTrap;
        _interrupted = false;
        return status switch
        {
            { State: VmState.Stopped } => $"W{(byte)(status.ExitCode ?? 0):x2}",
            { State: VmState.Deleted } => "X09",
            { WatchedAddress: { } address } => $"T{signal:x2}thread:{_core + 1:x};watch:{address:x};",
            _ => $"T{signal:x2}thread:{_core + 1:x};",
        };
    }

    private string? Answer(string packet)
    {
        if (packet.Length == 0) return Unsupported;
        if (packet == GdbConnection.BreakPacket) return Interrupt();
        if (_isWaitingForStop) return null; // nothing else is allowed while the guest runs
        var rest = packet[1..];
        try
        {
            return packet[0] switch
            {
                '?' => Describe(_vm.Status),
                'g' => _vm.OnTurn(ReadRegisters),
                'G' => _vm.OnTurn(() => WriteRegisters(rest)),
                'p' => _vm.OnTurn(() => ReadRegister(rest)),
                'P' => _vm.OnTurn(() => WriteRegister(rest)),
                'm' => _vm.OnTurn(() => ReadMemory(rest)),
                'M' => WriteMemory(rest, ':', isHex: true),
                'X' => WriteMemory(rest, ':', isHex: false),
                'H' => SelectCore(rest),
                'T' => GdbHex.TryParse(rest, out var thread) && thread >= 1 && thread <= (ulong)_cores.Count ? Ok : BadRequest,
                'c' => Continue(),
                's' => Step(),
                'v' => AnswerMultiLetter(packet),
                'Z' => SetPoint(rest),
                'z' => ClearPoint(rest),
                'q' or 'Q' => AnswerQuery(packet),
                'D' => Leave(Ok),
                'k' => Leave(null),
                _ => Unsupported,
            };
        }
        catch (VmStateException)
        {
            return BadRequest;
        }
    }

    private string? Leave(string? answer)
    {
        _isOver = true;
        return answer;
    }

    private string? Interrupt()
    {
        if (!_isWaitingForStop) return null;
        _interrupted = true;
        _vm.Break();
        return null;
    }

    private string? Continue()
    {
        _isWaitingForStop = true;
        switch (_vm.State)
        {
            case VmState.Created:
                _vm.Start();
                return null;
            case VmState.Paused:
                _vm.Resume();
                return null;
            default:
                _isWaitingForStop = false;
                return Describe(_vm.Status);
        }
    }

    private string Step()
    {
        if (_vm.State is VmState.Paused or VmState.Created) _vm.Step(_core);
        return Describe(_vm.Status);
    }

    private string? AnswerMultiLetter(string packet)
    {
        if (packet == "vCont?") return "vCont;c;C;s;S";
        if (!packet.StartsWith("vCont;", StringComparison.Ordinal)) return Unsupported;
        foreach (var action in packet[6..].Split(';'))
        {
            if (action.Length == 0 || action[0] is not ('s' or 'S')) continue;
            var colon = action.IndexOf(':');
            if (colon >= 0 && SelectCore($"g{action[(colon + 1)..]}") != Ok) return BadRequest;
            return Step();
        }
        return Continue();
    }

    private string AnswerQuery(string packet)
    {
        var colon = packet.IndexOf(':');
        switch (colon < 0 ? packet : packet[..colon])
        {
            case "qSupported":
                return $"PacketSize={GdbConnection.MaximumPacketBytes:x};qXfer:features:read+;QStartNoAckMode+;vContSupported+";
            case "QStartNoAckMode":
                _connection.Acknowledges = false;
                return Ok;
            case "qXfer" when packet.StartsWith("qXfer:features:read:target.xml:", StringComparison.Ordinal):
                return ReadDescription(packet[(packet.LastIndexOf(':') + 1)..]);
            case "qAttached":
                return "1";
            case "qC":
                return $"QC{_core + 1:x}";
            case "qfThreadInfo":
                return $"m{string.Join(',', Enumerable.Range(1, _cores.Count).Select(thread => thread.ToString("x", CultureInfo.InvariantCulture)))}";
            case "qsThreadInfo":
                return "l";
            default:
                return packet.StartsWith("qRcmd,", StringComparison.Ordinal) ? Command(packet[6..]) : Unsupported;
        }
    }

    // `monitor …` in the debugger.
    private string Command(string digits)
    {
        if (!GdbHex.TryDecode(digits, out var bytes)) return BadRequest;
        switch (Encoding.ASCII.GetString(bytes).Trim())
        {
            case "reset":
                _vm.Reset();
                return GdbHex.Encode("the machine is reset\n"u8);
            case "status":
                return GdbHex.Encode(Encoding.ASCII.GetBytes($"{_vm.Name}: {_vm.Status}, guest time {_vm.GuestTimeNs} ns\n"));
            default:
                return GdbHex.Encode("commands: reset, status\n"u8);
        }
    }

    private string ReadDescription(string range)
    {
        if (!GdbHex.TryParseRange(range, out var offset, out var length)) return BadRequest;
        _targetDescription ??= _vm.OnTurn(() => GdbTargetDescription.Write(_cores[0]));
        if (offset >= (ulong)_targetDescription.Length) return "l";
        var piece = _targetDescription.Substring((int)offset, Math.Min(Math.Min(length, MaximumMemoryBytes), _targetDescription.Length - (int)offset));
        return ((int)offset + piece.Length < _targetDescription.Length ? "m" : "l") + piece;
    }

    private string SelectCore(string text)
    {
        var thread = text.Length > 1 ? text[1..] : "";
        if (thread is "-1" or "0" or "") return Ok;
        if (!GdbHex.TryParse(thread, out var number) || number < 1 || number > (ulong)_cores.Count) return BadRequest;
        _core = (int)number - 1;
        return Ok;
    }

    private string ReadRegisters()
    {
        var core = _cores[_core];
        var text = new StringBuilder();
        for (var i = 0; i < core.Registers.Count; i++) text.Append(GdbHex.Encode(core.ReadRegister(i), core.Registers[i].Bits / 8));
        return text.ToString();
    }

    private string WriteRegisters(string digits)
    {
        var core = _cores[_core];
        var at = 0;
        for (var i = 0; i < core.Registers.Count; i++)
        {
            var length = core.Registers[i].Bits / 4;
            if (at + length > digits.Length) break;
            if (!GdbHex.TryDecodeValue(digits.Substring(at, length), out var value)) return BadRequest;
            // All registers come along when one is changed; those that cannot be written keep their value.
            if (value != core.ReadRegister(i)) _ = core.TryWriteRegister(i, value);
            at += length;
        }
        return Ok;
    }

    private string ReadRegister(string number)
    {
        var core = _cores[_core];
        if (!GdbHex.TryParse(number, out var index) || index >= (ulong)core.Registers.Count) return BadRequest;
        return GdbHex.Encode(core.ReadRegister((int)index), core.Registers[(int)index].Bits / 8);
    }

    private string WriteRegister(string text)
    {
        var core = _cores[_core];
        var parts = text.Split('=');
        if (parts.Length != 2 || !GdbHex.TryParse(parts[0], out var index) || index >= (ulong)core.Registers.Count) return BadRequest;
        if (!GdbHex.TryDecodeValue(parts[1], out var value)) return BadRequest;
        return core.TryWriteRegister((int)index, value) ? Ok : BadRequest;
    }

    private string ReadMemory(string range)
    {
        if (!GdbHex.TryParseRange(range, out var address, out var length) || length > MaximumMemoryBytes) return BadRequest;
        var bytes = new byte[length];
        var count = 0;
        foreach (var (physical, piece) in Pieces(address, length))
        {
            if (!_vm.Memory.TryRead(physical, bytes.AsSpan(count, piece))) break;
            count += piece;
        }
        return count == 0 && length > 0 ? NoMemory : GdbHex.Encode(bytes.AsSpan(0, count));
    }

    private string WriteMemory(string text, char separator, bool isHex)
    {
        var at = text.IndexOf(separator);
        if (at < 0 || !GdbHex.TryParseRange(text[..at], out var address, out var length)) return BadRequest;
        var bytes = Encoding.Latin1.GetBytes(text[(at + 1)..]);
        if (isHex && !GdbHex.TryDecode(text[(at + 1)..], out bytes)) return BadRequest;
        if (bytes.Length != length) return BadRequest;
        return _vm.OnTurn(() =>
        {
            var done = 0;
            foreach (var (physical, piece) in Pieces(address, length))
            {
                if (!_vm.Memory.TryProgram(physical, bytes.AsSpan(done, piece))) return NoMemory;
                done += piece;
            }
            return done == length ? Ok : NoMemory;
        });
    }

    // A virtual range page by page, as far as it is mapped.
    private IEnumerable<(ulong Physical, int LengthBytes)> Pieces(ulong address, int length)
    {
        while (length > 0)
        {
            if (!_cores[_core].TryTranslate(address, out var physical)) yield break;
            var piece = (int)Math.Min((ulong)length, RamRegion.PageBytes - (address % RamRegion.PageBytes));
            yield return (physical, piece);
            address += (ulong)piece;
            length -= piece;
        }
    }

    private string SetPoint(string text)
    {
        if (!TryParsePoint(text, out var kind, out var address, out var length)) return BadRequest;
        switch (kind)
        {
            case '0' or '1':
                if (_breakpoints.Add(address)) _vm.OnTurn(() => { foreach (var core in _cores) core.AddBreakpoint(address); });
                return Ok;
            case '2':
                if (length is < 1 or > VirtualMachine.MaximumWatchBytes) return BadRequest;
                if (!_vm.OnTurn(() => _cores[_core].TryTranslate(address, out address)) || !_vm.TryAddWatchpoint(address, length)) return NoMemory;
                _watchpoints.Add((address, length));
                return Ok;
            default:
                return Unsupported; // watching reads: the debugger says that it cannot be done
        }
    }

    private string ClearPoint(string text)
    {
        if (!TryParsePoint(text, out var kind, out var address, out var length)) return BadRequest;
        switch (kind)
        {
            case '0' or '1':
                if (_breakpoints.Remove(address)) _vm.OnTurn(() => { foreach (var core in _cores) core.RemoveBreakpoint(address); });
                return Ok;
            case '2':
                if (_vm.OnTurn(() => _cores[_core].TryTranslate(address, out address)) && _watchpoints.Remove((address, length)))
                    _vm.RemoveWatchpoint(address, length);
                return Ok;
            default:
                return Unsupported;
        }
    }

    private static bool TryParsePoint(string text, out char kind, out ulong address, out int length)
    {
        (kind, address, length) = ('\0', 0, 0);
        if (text.Length < 3 || text[1] != ',') return false;
        kind = text[0];
        return GdbHex.TryParseRange(text[2..].Split(';')[0], out address, out length);
    }

    private void Detach()
    {
        _vm.StatusChanged -= OnStatus;
        if (_vm.State == VmState.Deleted) return;
        try
        {
            _vm.OnTurn(() =>
            {
                foreach (var address in _breakpoints)
                {
                    foreach (var core in _cores) core.RemoveBreakpoint(address);
                }
            });
            foreach (var (address, length) in _watchpoints) _vm.RemoveWatchpoint(address, length);
            if (!_runsAfterwards) return;
            if (_vm.Status is { State: VmState.Paused, Cause: VmCause.Breakpoint }) _vm.Resume();
            if (_vm.State == VmState.Created) _vm.Start();
        }
        catch (VmStateException)
        {
            // It ended meanwhile.
        }
    }
}
