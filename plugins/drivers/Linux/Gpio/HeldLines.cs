// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>
/// Lines of one chip that the kernel has given us, behind one descriptor. While one of them drives, the descriptor is kept over a
/// restart of the service, since lines fall back to their pull when it is closed.
/// </summary>
/// <remarks>
/// Taken as they are: nothing changes at a pin before somebody configures it. Each line is used by one at a time; several lines may
/// be used at once.
/// </remarks>
internal sealed unsafe class HeldLines
{
    private const int EventBufferLength = 16 * GpioUapi.MostLines; // the most that the kernel gives
    private const int EventsAtOnce = 16;

    private readonly IKernel _kernel;
    private readonly IDriverContext _context;
    private readonly string _place;
    private readonly string _keptName;
    private readonly HeldLine[] _lines;
    private readonly Lock _configuring = new();
    private readonly Lock _hearing = new(); // taken inside of _configuring; so a handler must not call its line
    private readonly int _fd;
    private ulong _levels;
    private int _openLines;
    private ulong _pollKey;
    private bool _isPolled;
    private bool _isKept;

    private HeldLines(IKernel kernel, IDriverContext context, GpioChip chip, int[] offsets, string keptName, int fd)
    {
        (_kernel, _context, _keptName, _fd, _openLines) = (kernel, context, keptName, fd, offsets.Length);
        _lines = [.. offsets.Select(offset => new HeldLine((uint)offset))];
        _place = $"line {string.Join(", ", offsets)} of {chip}";
        Libc.SetNonBlocking(fd);
    }

    /// <summary>Asks the kernel for lines, as they are.</summary>
    /// <exception cref="PeripheralException">Somebody has one of them; the message says who.</exception>
    public static HeldLines Request(LinuxHost host, GpioChip chip, int[] offsets, string owner, string consumer, IDriverContext context)
    {
        var request = new GpioUapi.LineRequest { LineCount = (uint)offsets.Length, EventBufferLength = EventBufferLength };
        for (var i = 0; i < offsets.Length; i++) request.Offsets[i] = (uint)offsets[i];
        GpioChip.Put(consumer, ref request.Consumer);
        var fd = chip.Request(ref request);
        return fd >= 0
            ? new HeldLines(host.Kernel, context, chip, offsets, KeptLines.NameOf(chip, offsets), fd)
            : throw new PeripheralException($"{owner}: line {string.Join(", ", offsets)} of {chip}: {Refusal(chip, offsets, fd)}");
    }

    /// <summary>
    /// Takes up lines that an earlier run of the service had; null where none were kept, or what was kept is something else.
    /// </summary>
    public static HeldLines? Adopt(LinuxHost host, GpioChip chip, int[] offsets, string consumer, IDriverContext context)
    {
        var name = KeptLines.NameOf(chip, offsets);
        if (context.Files?.Take(name) is not { } fd) return null;
        var values = new GpioUapi.LineValues { Mask = ulong.MaxValue >> (GpioUapi.MostLines - offsets.Length) };
        // SAFETY: the structure has the length that the request's number says.
        if (host.Kernel.Ioctl(fd, GpioUapi.GetValues, &values) < 0 || !KeptLines.Are(host, chip, offsets, consumer, fd))
        {
            host.Kernel.Close(fd);
            context.Files.Drop(name);
            context.Report($"what was kept as {name} is not line {string.Join(", ", offsets)} of {chip}; it was let go of");
            return null;
        }
        var lines = new HeldLines(host.Kernel, context, chip, offsets, name, fd) { _levels = values.Bits, _isKept = true };
        foreach (var line in lines._lines) line.Flags = chip.Describe((int)line.Offset)!.Value.Flags & ~GpioUapi.Flags.Used;
        return lines;
    }

    /// <summary>Who has the lines, as the kernel knows it.</summary>
    public static string UsersOf(GpioChip chip, int[] offsets)
    {
        var holders = offsets.Select(offset => chip.Describe(offset)).OfType<GpioUapi.LineInfo>()
            .Where(info => (info.Flags & GpioUapi.Flags.Used) != 0).Select(info => $"'{GpioChip.TextOf(info.Consumer)}'");
        return $"in use by {string.Join(", ", holders.Distinct())}";
    }

    public bool Read(int index)
    {
        var bit = 1UL << index;
        var values = new GpioUapi.LineValues { Mask = bit };
        // SAFETY: the structure has the length that the request's number says.
        var result = _kernel.Ioctl(_fd, GpioUapi.GetValues, &values);
        return result >= 0 ? (values.Bits & bit) != 0 : throw Failed("cannot be read", result);
    }

    public void Write(int index, bool level)
    {
        var bit = 1UL << index;
        Write(bit, level ? bit : 0);
    }

    /// <summary>Drives all lines of a mask in one call.</summary>
    public void Write(ulong mask, ulong levels)
    {
        Remember(mask, levels);
        var values = new GpioUapi.LineValues { Bits = levels, Mask = mask };
        // SAFETY: the structure has the length that the request's number says.
        var result = _kernel.Ioctl(_fd, GpioUapi.SetValues, &values);
        if (result < 0) throw Failed("cannot be driven", result);
    }

    /// <summary>Sets what a line is; an output comes up at a level.</summary>
    public void Configure(int index, GpioUapi.Flags flags, uint debounceUs, bool level)
    {
        lock (_configuring)
        {
            var line = _lines[index];
            var (oldFlags, oldDebounce, oldLevels) = (line.Flags, line.DebounceUs, Volatile.Read(ref _levels));
            (line.Flags, line.DebounceUs) = (flags, debounceUs);
            Remember(1UL << index, level ? 1UL << index : 0);
            if (Apply() is < 0 and var refusal)
            {
                (line.Flags, line.DebounceUs, _levels) = (oldFlags, oldDebounce, oldLevels);
                throw Failed("cannot be set up", refusal);
            }
            KeepOrDrop();
        }
    }

    /// <summary>Who hears of a line's edges; none once it has been told so.</summary>
    public void Watch(int index, Action<GpioEdge>? handler)
    {
        lock (_configuring)
        {
            var line = _lines[index];
            var flags = handler is null ? line.Flags & ~GpioUapi.Flags.BothEdges : line.Flags | GpioUapi.Flags.BothEdges;
            if ((flags & GpioUapi.Flags.Input) == 0) flags &= ~GpioUapi.Flags.BothEdges;
            if (flags != line.Flags)
            {
                line.Flags = flags;
                if (Apply() is < 0 and var refusal && handler is not null) throw Failed("cannot be watched", refusal);
            }
            lock (_hearing)
            {
                Drain(); // what happened before is nobody's
                line.Handler = handler;
                line.HasSequence = false;
            }
            PollWhereNeeded();
        }
    }

    /// <summary>One of the lines is not needed any more.</summary>
    public void Close(int index)
    {
        Watch(index, null);
        if (Interlocked.Decrement(ref _openLines) > 0) return;
        lock (_hearing) _kernel.Close(_fd);
    }

    // What the kernel is told: the first line's flags for all, and an attribute for each that differs.
    private int Apply()
    {
        var config = new GpioUapi.LineConfig { Flags = _lines[0].Flags };
        if (!LineConfiguration.TryFill(ref config, _lines, Volatile.Read(ref _levels))) return -Errno.Invalid;
        // SAFETY: the structure has the length that the request's number says.
        return _kernel.Ioctl(_fd, GpioUapi.SetConfig, &config);
    }

    private void Remember(ulong mask, ulong levels)
    {
        if (_lines.Length == 1)
        {
            _levels = levels;
            return;
        }
        Interlocked.Or(ref _levels, levels & mask);
        Interlocked.And(ref _levels, levels | ~mask);
    }

    private void KeepOrDrop()
    {
        var drives = Array.Exists(_lines, line => (line.Flags & GpioUapi.Flags.Output) != 0);
        if (drives == _isKept || _context.Files is not { } files) return;
        if (drives) files.Keep(_keptName, _fd);
        else files.Drop(_keptName);
        _isKept = drives;
    }

    private void PollWhereNeeded()
    {
        var isWatched = Array.Exists(_lines, line => line.Handler is not null);
        if (isWatched == _isPolled) return;
        if (isWatched) _pollKey = Poller.Of(_context).Add(_fd, OnReadable);
        else Poller.Of(_context).Remove(_fd, _pollKey);
        _isPolled = isWatched;
    }

    private void OnReadable()
    {
        var events = stackalloc GpioUapi.LineEvent[EventsAtOnce];
        lock (_hearing)
        {
            if (!Array.Exists(_lines, line => line.Handler is not null)) return;
            foreach (var edge in ReadEvents(new Span<GpioUapi.LineEvent>(events, EventsAtOnce))) Tell(edge);
        }
    }

    private void Tell(in GpioUapi.LineEvent edge)
    {
        foreach (var line in _lines)
        {
            if (line.Offset != edge.Offset) continue;
            if (line.HasSequence && edge.LineSequence != line.NextSequence)
                _context.Report($"{_place}: edges come faster than they are read; some were lost");
            (line.HasSequence, line.NextSequence) = (true, edge.LineSequence + 1);
            line.Handler?.Invoke(new GpioEdge(edge.Id == GpioUapi.EventId.Rising, (long)edge.TimestampNs));
        }
    }

    private void Drain()
    {
        var events = stackalloc GpioUapi.LineEvent[EventsAtOnce];
        if (Array.Exists(_lines, line => line.Handler is not null)) return; // others' edges are not to be lost
        while (!ReadEvents(new Span<GpioUapi.LineEvent>(events, EventsAtOnce)).IsEmpty)
        {
        }
    }

    private Span<GpioUapi.LineEvent> ReadEvents(Span<GpioUapi.LineEvent> room)
    {
        var length = Libc.Read(_fd, MemoryMarshal.AsBytes(room));
        return room[..(Math.Max(0, length) / sizeof(GpioUapi.LineEvent))];
    }

    private PeripheralException Failed(string what, int result) => new($"{_place} {what}: {Errno.Message(result)}");

    private static string Refusal(GpioChip chip, int[] offsets, int result) => result == -Errno.Busy ? UsersOf(chip, offsets) : Errno.Message(result);
}
