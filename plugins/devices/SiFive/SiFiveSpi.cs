// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>SiFive SPI controller: FIFOs of eight frames, chip selects that follow a frame, are held, or are off.</summary>
/// <remarks>
/// SiFive FU540-C000 manual, chapter 19. Frames wait in the transmit FIFO until the guest looks (reads what came in or the
/// interrupts, enables one, changes a setting), the FIFO is full, or a frame's time is over: then they go to the chip together.
/// Not modelled: dual and quad lines (sent on one), the memory-mapped flash, the delays, chip selects driven by
/// hand through <c>csdef</c>. Registers are 32 bits wide; other widths are unassigned.
/// </remarks>
internal sealed class SiFiveSpi : IMmioDevice, IDeviceTreeSource
{
    private const uint Full = 1u << 31, Empty = 1u << 31;
    private const uint TransmitWatermark = 1, ReceiveWatermark = 2;
    private const uint LeastSignificantBitFirst = 1 << 2, TransmitOnly = 1 << 3;
    private const uint Delay0Mask = 0x00FF_00FF, FormatMask = 0x000F_000F;

    private readonly SpiFrameBridge _bus;
    private readonly IInterruptLine _irq;
    private readonly IGuestClock _clock;
    private readonly IUnassigned _unassigned;
    private readonly IGuestTimer _frameTime;
    private readonly uint _clockHz;
    private readonly uint _chipSelectMask;
    private State _s;

    public SiFiveSpi(SpiFrameBridge bus, IInterruptLine irq, IGuestClock clock, IUnassigned unassigned, uint clockHz)
    {
        (_bus, _irq, _clock, _unassigned, _clockHz) = (bus, irq, clock, unassigned, clockHz);
        _chipSelectMask = bus.ChipCount == 32 ? uint.MaxValue : (1u << bus.ChipCount) - 1;
        _frameTime = clock.CreateTimer(SendWaiting);
        _bus.Completed = OnCompleted;
        Reset();
    }

    private enum Register : uint
    {
        ClockDivisor = 0x00, ClockMode = 0x04, ChipSelect = 0x10, ChipSelectDefault = 0x14, ChipSelectMode = 0x18,
        Delay0 = 0x28, Delay1 = 0x2C, Format = 0x40, TransmitData = 0x48, ReceiveData = 0x4C,
        TransmitMark = 0x50, ReceiveMark = 0x54, FlashControl = 0x60, FlashFormat = 0x64,
        InterruptEnable = 0x70, InterruptPending = 0x74,
    }

    /// <summary>When a chip is selected, manual section 19.8.</summary>
    private enum SelectMode : byte { Auto = 0, Hold = 2, Off = 3 }

    /// <inheritdoc/>
    /// <remarks>
    /// Each chip select has a node that Linux's spidev takes. It refuses nodes named for itself, since a tree describes
    /// hardware; this is a name on its list, and no such chip is behind it.
    /// </remarks>
    public DeviceTreeDescription DeviceTree => new("spi", "sifive,fu540-c000-spi", "sifive,spi0")
    {
        Interrupts = ["irq"],
        ClockHz = _clockHz,
        Properties =
        [
            DeviceTreeProperty.Cells("#address-cells", 1), DeviceTreeProperty.Cells("#size-cells", 0),
            DeviceTreeProperty.Cells("num-cs", (uint)_bus.ChipCount),
        ],
        Children = Chips(),
    };

    /// <inheritdoc/>
    public uint WindowBytes => 0x1000;

    /// <inheritdoc/>
    public bool InTransaction => _bus.IsOpen || _s.Waiting.Count > 0;

    private int FrameBits => (int)(_s.Format >> 16 & 0xF);

    private uint Pending =>
        (_s.Waiting.Count < _s.TransmitMark ? TransmitWatermark : 0) | (_s.Received.Count > _s.ReceiveMark ? ReceiveWatermark : 0);

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        if (width != AccessWidth.Word) return _unassigned.Read(offset);
        return (Register)offset switch
        {
            Register.ClockDivisor => _s.ClockDivisor,
            Register.ClockMode => _s.ClockMode,
            Register.ChipSelect => _s.ChipSelect,
            Register.ChipSelectDefault => _s.ChipSelectDefault,
            Register.ChipSelectMode => (uint)_s.ChipSelectMode,
            Register.Delay0 => _s.Delay0,
            Register.Delay1 => _s.Delay1,
            Register.Format => _s.Format,
            Register.TransmitData => _s.Waiting.IsFull ? Full : 0,
            Register.ReceiveData => TakeReceived(),
            Register.TransmitMark => _s.TransmitMark,
            Register.ReceiveMark => _s.ReceiveMark,
            Register.FlashControl or Register.FlashFormat => 0, // a controller without the flash interface
            Register.InterruptEnable => _s.InterruptEnable,
            Register.InterruptPending => LookAtPending(),
            _ => _unassigned.Read(offset),
        };
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        var data = (uint)value;
        var register = width == AccessWidth.Word ? (Register)offset : (Register)uint.MaxValue;
        if (register == Register.TransmitData)
        {
            Enqueue((byte)data);
            return;
        }
        SendWaiting(); // with the settings of before
        switch (register)
        {
            case Register.ClockDivisor: _s.ClockDivisor = (ushort)(data & 0xFFF); break;
            case Register.ClockMode: _s.ClockMode = (byte)(data & 3); break;
            case Register.ChipSelect: SelectChip(data); break;
            case Register.ChipSelectDefault: SetDefault(data & _chipSelectMask); break;
            case Register.ChipSelectMode: SetMode((SelectMode)(data & 3)); break;
            case Register.Delay0: _s.Delay0 = data & Delay0Mask; break;
            case Register.Delay1: _s.Delay1 = data & Delay0Mask; break;
            case Register.Format: _s.Format = data & FormatMask; break;
            case Register.TransmitMark: _s.TransmitMark = (byte)(data & 7); break;
            case Register.ReceiveMark: _s.ReceiveMark = (byte)(data & 7); break;
            case Register.InterruptEnable: _s.InterruptEnable = (byte)(data & 3); break;
            case Register.ReceiveData or Register.InterruptPending or Register.FlashControl or Register.FlashFormat: break;
            default: _unassigned.Write(offset, value); return;
        }
        UpdateInterrupt();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _bus.Reset();
        _frameTime.Cancel();
        _s = new State
        {
            ClockDivisor = 3,
            ChipSelectDefault = _chipSelectMask,
            Delay0 = 0x0001_0001,
            Delay1 = 0x0000_0001,
            Format = 0x0008_0000,
        };
        UpdateInterrupt();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("clockDivisor", (ulong)_s.ClockDivisor);
        state.Write("clockMode", (ulong)_s.ClockMode);
        state.Write("chipSelect", (ulong)_s.ChipSelect);
        state.Write("chipSelectDefault", (ulong)_s.ChipSelectDefault);
        state.Write("chipSelectMode", (ulong)_s.ChipSelectMode);
        state.Write("delay0", (ulong)_s.Delay0);
        state.Write("delay1", (ulong)_s.Delay1);
        state.Write("format", (ulong)_s.Format);
        state.Write("transmitMark", (ulong)_s.TransmitMark);
        state.Write("receiveMark", (ulong)_s.ReceiveMark);
        state.Write("interruptEnable", (ulong)_s.InterruptEnable);
        state.Write("waiting", _s.Waiting.ToArray().AsSpan());
        state.Write("received", _s.Received.ToArray().AsSpan());
        state.Write("sendDeadlineNs", _frameTime.DeadlineNs ?? -1);
        state.WriteGroup("bus", _bus.Save);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var restored = new State
        {
            ClockDivisor = (ushort)state.ReadUInt64("clockDivisor", maximum: 0xFFF),
            ClockMode = (byte)state.ReadUInt64("clockMode", maximum: 3),
            ChipSelect = state.ReadUInt32("chipSelect"),
            ChipSelectDefault = (uint)state.ReadUInt64("chipSelectDefault", maximum: _chipSelectMask),
            ChipSelectMode = (SelectMode)state.ReadInt32("chipSelectMode", 3),
            Delay0 = state.ReadUInt32("delay0") & Delay0Mask,
            Delay1 = state.ReadUInt32("delay1") & Delay0Mask,
            Format = state.ReadUInt32("format") & FormatMask,
            TransmitMark = (byte)state.ReadUInt64("transmitMark", maximum: 7),
            ReceiveMark = (byte)state.ReadUInt64("receiveMark", maximum: 7),
            InterruptEnable = (byte)state.ReadUInt64("interruptEnable", maximum: 3),
        };
        foreach (var frame in state.ReadBytes("waiting", ByteQueue8.Capacity)) restored.Waiting.Add(frame);
        foreach (var frame in state.ReadBytes("received", ByteQueue8.Capacity)) restored.Received.Add(frame);
        var deadlineNs = state.ReadInt64("sendDeadlineNs");
        _bus.Restore(state.ReadGroup("bus"));
        _s = restored;
        if (deadlineNs >= 0) _frameTime.Set(deadlineNs);
        else _frameTime.Cancel();
        UpdateInterrupt();
    }

    private DeviceTreeDescription[] Chips()
    {
        var chips = new DeviceTreeDescription[_bus.ChipCount];
        for (var chip = 0; chip < chips.Length; chip++) chips[chip] = Chip(chip);
        return chips;
    }

    private DeviceTreeDescription Chip(int chipSelect) => new("spi", "rohm,dh2228fv")
    {
        Properties = [DeviceTreeProperty.Cells("reg", (uint)chipSelect), DeviceTreeProperty.Cells("spi-max-frequency", _clockHz / 2)],
    };

    // Sending.

    private void Enqueue(byte frame)
    {
        if (_s.Waiting.Count == 0) _frameTime.Set(_clock.NowNs + FrameNs());
        _s.Waiting.Add(frame);
        if (_s.Waiting.IsFull) SendWaiting();
        UpdateInterrupt();
    }

    /// <summary>What a frame takes on the wire: f(sck) is the input clock over 2 (div + 1), manual section 19.4.</summary>
    private long FrameNs() => FrameBits * 2L * (_s.ClockDivisor + 1) * 1_000_000_000 / _clockHz;

    private void SendWaiting()
    {
        _frameTime.Cancel();
        while (!_bus.IsBusy && _s.Waiting.Count > 0) SendBatch();
        UpdateInterrupt();
    }

    /// <summary>Held, all frames that wait are one batch; selected automatically, each frame is a selection of its own.</summary>
    private void SendBatch()
    {
        var hold = _s.ChipSelectMode == SelectMode.Hold;
        var frames = new byte[_s.ChipSelectMode == SelectMode.Auto ? 1 : _s.Waiting.Count];
        for (var i = 0; i < frames.Length; i++)
        {
            _s.Waiting.TryTake(out var frame);
            frames[i] = ToWord(frame);
        }
        var selects = _s.ChipSelectMode != SelectMode.Off && _s.ChipSelect < _bus.ChipCount;
        _bus.Send(frames, Settings(), selects ? (int)_s.ChipSelect : -1, hold);
    }

    private SpiSettings Settings() => new(
        ClockPolarity: (_s.ClockMode & 2) != 0,
        ClockPhase: (_s.ClockMode & 1) != 0,
        LeastSignificantBitFirst: (_s.Format & LeastSignificantBitFirst) != 0,
        BitsPerWord: (byte)Math.Min(8, FrameBits),
        ClockHz: (uint)(_clockHz / (2 * (_s.ClockDivisor + 1L))));

    /// <summary>Frames shorter than a byte stand at its upper end unless the least significant bit goes first, section 19.13.</summary>
    private int Shift => (_s.Format & LeastSignificantBitFirst) != 0 ? 0 : 8 - Math.Min(8, FrameBits);

    private byte ToWord(byte frame) => (byte)(frame >> Shift);

    private void OnCompleted(ReadOnlyMemory<byte> received)
    {
        if ((_s.Format & TransmitOnly) == 0)
        {
            foreach (var word in received.Span) _s.Received.Add((byte)(word << Shift)); // a full FIFO drops, as the chip's does
        }
        SendWaiting();
    }

    private uint TakeReceived()
    {
        SendWaiting();
        var data = _s.Received.TryTake(out var frame) ? frame : Empty;
        UpdateInterrupt();
        return data;
    }

    private uint LookAtPending()
    {
        SendWaiting();
        return Pending;
    }

    // Chip selects. A held chip is let go when the mode, the chip or its resting level changes, manual section 19.8.

    private void SelectChip(uint chip)
    {
        if (chip != _s.ChipSelect) _bus.Release();
        _s.ChipSelect = chip;
    }

    private void SetDefault(uint levels)
    {
        var changed = levels ^ _s.ChipSelectDefault;
        if (_s.ChipSelect < 32 && (changed >> (int)_s.ChipSelect & 1) != 0) _bus.Release();
        _s.ChipSelectDefault = levels;
    }

    private void SetMode(SelectMode mode)
    {
        if (mode != _s.ChipSelectMode) _bus.Release();
        _s.ChipSelectMode = mode;
    }

    // The line is a pure function of the state: recomputed after every change, never toggled by hand.
    private void UpdateInterrupt() => _irq.Drive((Pending & _s.InterruptEnable) != 0);

    /// <summary>Everything the guest can observe; what is under way is the bridge's.</summary>
    private struct State
    {
        public ushort ClockDivisor;
        public byte ClockMode, TransmitMark, ReceiveMark, InterruptEnable;
        public SelectMode ChipSelectMode;
        public uint ChipSelect, ChipSelectDefault, Delay0, Delay1, Format;
        public ByteQueue8 Waiting, Received;
    }
}
