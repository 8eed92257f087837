// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// The host's side of semihosting, for every instruction set: a console, the time, the command line and the end. The guest is not
/// trusted, so the host's files and commands are out of its reach: only <c>:tt</c> and <c>:semihosting-features</c> can be opened.
/// </summary>
/// <remarks>Semihosting for AArch32 and AArch64, version 3, sections 6 to 8; RISC-V Semihosting 1.0 has the same operations.</remarks>
public sealed class SemihostingHost
{
    private const ulong Input = 1, Output = 2, Errors = 3, Features = 4; // what is open is known by these
    private const int WriteMode = 4, LastMode = 11;
    private const int AccessDenied = 13, BadHandle = 9, NotImplemented = 38; // errno
    private const ulong ApplicationExit = 0x20026;
    private const ulong Failed = ulong.MaxValue;
    private const int LongestText = 64 * 1024; // of one call: a guest does not keep its host from others
    private const int LongestName = 64;
    private const long NsPerCentisecond = 10_000_000, NsPerSecond = 1_000_000_000;
    private static readonly byte[] FeatureBytes = [.. "SHFB"u8, 3]; // SYS_EXIT_EXTENDED, and :tt for output and errors apart

    private readonly ISemihostingCaller _caller;
    private readonly ICoreContext _context;
    private readonly IUartPort? _console;
    private int _featurePosition;
    private int _error;
    private bool _isAwaited;
    private bool _hasHeard;

    /// <param name="caller">The core.</param>
    /// <param name="context">What the core was given; its serial port is the console.</param>
    public SemihostingHost(ISemihostingCaller caller, ICoreContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        (_caller, _context, _console) = (caller, context, context.Uart());
        _console?.OnReadable(() => _hasHeard = true);
    }

    /// <summary>Whether input has come that a call has waited for: the core wakes up and asks again.</summary>
    public bool HasAwaitedInput => _isAwaited && _hasHeard;

    /// <summary>Does what is asked. False: there is no input yet; the core waits at this instruction for <see cref="HasAwaitedInput"/>.</summary>
    public bool TryCall(uint operation, ulong parameter, out ulong answer)
    {
        answer = 0;
        _isAwaited = false;
        switch ((SemihostingOperation)operation)
        {
            case SemihostingOperation.Open: answer = Open(parameter); break;
            case SemihostingOperation.Close: answer = Field(parameter, 0) is { } closed && IsOpen(closed) ? 0 : Fail(BadHandle); break;
            case SemihostingOperation.WriteCharacter: answer = WriteCharacter(parameter); break;
            case SemihostingOperation.WriteText: WriteText(parameter); break;
            case SemihostingOperation.Write: answer = Write(parameter); break;
            case SemihostingOperation.Read: return TryRead(parameter, out answer);
            case SemihostingOperation.ReadCharacter: return TryReadCharacter(out answer);
            case SemihostingOperation.IsError: answer = Field(parameter, 0) is { } status && IsNegative(status) ? 1UL : 0; break;
            case SemihostingOperation.IsTerminal: answer = Field(parameter, 0) is { } terminal && IsOpen(terminal) ? terminal == Features ? 0UL : 1 : Fail(BadHandle); break;
            case SemihostingOperation.Seek: answer = Seek(parameter); break;
            case SemihostingOperation.Length: answer = Field(parameter, 0) is Features ? (ulong)FeatureBytes.Length : Fail(BadHandle); break;
            case SemihostingOperation.Clock: answer = (ulong)(_context.Clock.NowNs / NsPerCentisecond); break;
            case SemihostingOperation.Time: answer = (ulong)(_context.WallClockNs / NsPerSecond); break;
            case SemihostingOperation.ErrorNumber: answer = (ulong)_error; break;
            case SemihostingOperation.CommandLine: answer = CommandLine(parameter); break;
            case SemihostingOperation.HeapInformation: answer = HeapInformation(parameter); break;
            case SemihostingOperation.Exit when _caller.WordBytes == sizeof(uint): End(parameter, 0); break; // the reason itself, no block
            case SemihostingOperation.Exit or SemihostingOperation.ExitExtended: End(Field(parameter, 0) ?? 0, (int)(Field(parameter, 1) ?? 1)); break;
            case SemihostingOperation.Elapsed: answer = Elapsed(parameter); break;
            case SemihostingOperation.TickFrequency: answer = (ulong)NsPerSecond; break;
            case SemihostingOperation.TemporaryName or SemihostingOperation.Remove or SemihostingOperation.Rename or SemihostingOperation.Command:
                answer = Fail(AccessDenied);
                break;
            default: answer = Fail(NotImplemented); break;
        }
        return true;
    }

    /// <summary>Saves what is open and awaited among the core's fields.</summary>
    public void Save(IStateWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write("semihostingPosition", (ulong)_featurePosition);
        state.Write("semihostingError", (ulong)_error);
        state.Write("semihostingAwaits", _isAwaited);
    }

    /// <summary>Restores it; a state of before it was saved has nothing open.</summary>
    public void Restore(IStateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var position = state.ReadInt32("semihostingPosition", FeatureBytes.Length, fallback: 0);
        var error = state.ReadInt32("semihostingError", byte.MaxValue, fallback: 0);
        (_isAwaited, _featurePosition, _error) = (state.ReadBoolean("semihostingAwaits", fallback: false), position, error);
        _hasHeard = _isAwaited; // it looks once by itself
    }

    private static bool IsOpen(ulong handle) => handle is >= Input and <= Features;

    private ulong Fail(int error)
    {
        _error = error;
        return Failed;
    }

    private bool IsNegative(ulong value) => _caller.WordBytes == 4 ? (int)value < 0 : (long)value < 0;

    private ulong? Field(ulong block, int index) => _caller.TryLoad(block + (ulong)(index * _caller.WordBytes), _caller.WordBytes, out var value) ? value : null;

    private ulong Open(ulong block)
    {
        if (Field(block, 0) is not { } name || Field(block, 1) is not { } mode || Field(block, 2) is not { } length) return Fail(AccessDenied);
        if (length > LongestName || mode > LastMode) return Fail(AccessDenied);
        Span<byte> text = stackalloc byte[(int)length];
        for (var i = 0; i < text.Length; i++)
        {
            if (!_caller.TryLoad(name + (ulong)i, 1, out var letter)) return Fail(AccessDenied);
            text[i] = (byte)letter;
        }
        if (text.SequenceEqual(":tt"u8)) return Input + mode / WriteMode;
        if (!text.SequenceEqual(":semihosting-features"u8) || mode >= WriteMode) return Fail(AccessDenied);
        _featurePosition = 0;
        return Features;
    }

    private ulong WriteCharacter(ulong address)
    {
        if (_caller.TryLoad(address, 1, out var letter)) _console?.Send((byte)letter);
        return 0;
    }

    private void WriteText(ulong address)
    {
        for (var i = 0; i < LongestText && _caller.TryLoad(address + (ulong)i, 1, out var letter) && letter != 0; i++) _console?.Send((byte)letter);
    }

    // The answer of reading and writing is how many bytes were left over.
    private ulong Write(ulong block)
    {
        if (Field(block, 0) is not (Output or Errors) || Field(block, 1) is not { } from || Field(block, 2) is not { } length) return Fail(BadHandle);
        var done = 0UL;
        for (; done < Math.Min(length, LongestText) && _caller.TryLoad(from + done, 1, out var letter); done++) _console?.Send((byte)letter);
        return length - done;
    }

    private bool TryRead(ulong block, out ulong answer)
    {
        answer = Failed;
        if (Field(block, 0) is not (Input or Features) || Field(block, 1) is not { } to || Field(block, 2) is not { } length)
        {
            answer = Fail(BadHandle);
            return true;
        }
        var isConsole = Field(block, 0) == Input;
        if (isConsole && _console is not null && length > 0)
        {
            // Nothing is taken from the console that has no place to go to.
            if (!_caller.TryLoad(to, 1, out var old) || !_caller.TryStore(to, 1, old)) return true;
        }
        var done = 0UL;
        for (; done < Math.Min(length, LongestText) && TryTake(isConsole, out var letter); done++)
        {
            if (!_caller.TryStore(to + done, 1, letter)) break;
        }
        answer = length - done;
        return !isConsole || _console is null || done > 0 || length == 0 || Await();
    }

    private bool TryReadCharacter(out ulong answer)
    {
        var hasOne = TryTake(isConsole: true, out var letter);
        answer = hasOne ? letter : Failed;
        return hasOne || _console is null || Await();
    }

    private bool TryTake(bool isConsole, out byte letter)
    {
        letter = 0;
        if (isConsole)
        {
            if (_console is not null && _console.TryReceive(out letter)) return true;
            _hasHeard = false;
            return false;
        }
        if (_featurePosition >= FeatureBytes.Length) return false;
        letter = FeatureBytes[_featurePosition++];
        return true;
    }

    private bool Await()
    {
        _isAwaited = true;
        return false;
    }

    private ulong Seek(ulong block)
    {
        if (Field(block, 0) is not Features || Field(block, 1) is not { } position || position > (ulong)FeatureBytes.Length) return Fail(BadHandle);
        _featurePosition = (int)position;
        return 0;
    }

    // There is none: a text of no letters.
    private ulong CommandLine(ulong block) =>
        Field(block, 0) is { } to && Field(block, 1) is > 0 && _caller.TryStore(to, 1, 0) && _caller.TryStore(block + (ulong)_caller.WordBytes, _caller.WordBytes, 0) ? 0 : Failed;

    // Zeros: the program keeps what it was linked for.
    private ulong HeapInformation(ulong block)
    {
        if (Field(block, 0) is not { } fields) return Failed;
        for (var field = 0; field < 4; field++)
        {
            if (!_caller.TryStore(fields + (ulong)(field * _caller.WordBytes), _caller.WordBytes, 0)) return Failed;
        }
        return 0;
    }

    private ulong Elapsed(ulong block)
    {
        var now = (ulong)_context.Clock.NowNs;
        return _caller.TryStore(block, 4, (uint)now) && _caller.TryStore(block + 4, 4, now >> 32) ? 0 : Failed;
    }

    private void End(ulong reason, int code)
    {
        _context.Machine.PowerOff(reason == ApplicationExit ? code : 1);
        _caller.Stop();
    }
}
