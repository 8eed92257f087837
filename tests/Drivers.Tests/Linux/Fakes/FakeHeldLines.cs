// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using EdgeHypervisor.Drivers.Linux;

namespace EdgeHypervisor.Drivers.Tests.Linux;

/// <summary>Lines that were given out: the descriptor's other end is a pipe, through which edges come.</summary>
internal sealed unsafe class FakeHeldLines : IFakeFile
{
    private readonly FakePin[] _pins;
    private readonly AnonymousPipeServerStream _events = new(PipeDirection.Out);
    private readonly uint[] _sequences;

    public FakeHeldLines(FakePin[] pins)
    {
        (_pins, _sequences) = (pins, new uint[pins.Length]);
        ReadEnd = (int)_events.ClientSafePipeHandle.DangerousGetHandle();
        _events.ClientSafePipeHandle.SetHandleAsInvalid(); // the driver's, from now on
        foreach (var pin in pins) pin.Changed = Tell;
    }

    public int ReadEnd { get; }

    public int Ioctl(FakeKernel kernel, uint request, void* argument) => request switch
    {
        GpioUapi.SetConfig => SetConfig((GpioUapi.LineConfig*)argument),
        GpioUapi.GetValues => GetValues((GpioUapi.LineValues*)argument),
        GpioUapi.SetValues => SetValues((GpioUapi.LineValues*)argument),
        _ => -Errno.Invalid,
    };

    // A line that is let go of falls back to its pull.
    public void Close()
    {
        foreach (var pin in _pins)
        {
            (pin.Changed, pin.Consumer, pin.Flags) = (null, null, GpioUapi.Flags.Input);
            pin.Settle();
        }
        _events.Dispose();
    }

    /// <summary>The kernel's buffer was full for a while.</summary>
    public void Lose(FakePin pin) => _sequences[Array.IndexOf(_pins, pin)] += 5;

    private int SetConfig(GpioUapi.LineConfig* config)
    {
        for (var i = 0; i < _pins.Length; i++)
        {
            var (flags, debounce, level) = Read(*config, i);
            if (!AreValid(flags, debounce)) return -Errno.Invalid;
            if ((flags & (GpioUapi.Flags.Input | GpioUapi.Flags.Output)) == 0) continue; // left as it is
            var pin = _pins[i];
            (pin.Flags, pin.DebounceUs) = (flags, debounce);
            if (pin.Has(GpioUapi.Flags.Output)) pin.Driven = level ^ pin.Has(GpioUapi.Flags.ActiveLow);
            pin.Settle();
        }
        return 0;
    }

    private static (GpioUapi.Flags Flags, ulong Debounce, bool Level) Read(in GpioUapi.LineConfig config, int index)
    {
        var (flags, debounce, level) = (config.Flags, 0UL, false);
        for (var i = 0; i < config.AttributeCount; i++)
        {
            var attribute = config.Attributes[i];
            if ((attribute.Mask & (1UL << index)) == 0) continue;
            if (attribute.Attribute.Id == GpioUapi.AttributeId.Flags) flags = (GpioUapi.Flags)attribute.Attribute.Value;
            if (attribute.Attribute.Id == GpioUapi.AttributeId.Debounce) debounce = attribute.Attribute.Value;
            if (attribute.Attribute.Id == GpioUapi.AttributeId.OutputValues) level = (attribute.Attribute.Value & (1UL << index)) != 0;
        }
        return (flags, debounce, level);
    }

    // gpio_v2_line_config_validate of drivers/gpio/gpiolib-cdev.c.
    private static bool AreValid(GpioUapi.Flags flags, ulong debounce)
    {
        var isInput = (flags & GpioUapi.Flags.Input) != 0;
        var isOutput = (flags & GpioUapi.Flags.Output) != 0;
        if (isInput && isOutput) return false;
        if ((flags & GpioUapi.Flags.BothEdges) != 0 && !isInput) return false;
        if ((flags & (GpioUapi.Flags.OpenDrain | GpioUapi.Flags.OpenSource)) != 0 && !isOutput) return false;
        if ((flags & (GpioUapi.Flags.PullUp | GpioUapi.Flags.PullDown | GpioUapi.Flags.BiasDisabled)) != 0 && !isInput && !isOutput) return false;
        return debounce == 0 || isInput;
    }

    private int GetValues(GpioUapi.LineValues* values)
    {
        values->Bits = 0;
        for (var i = 0; i < _pins.Length; i++)
        {
            if (_pins[i].Level ^ _pins[i].Has(GpioUapi.Flags.ActiveLow)) values->Bits |= 1UL << i;
        }
        values->Bits &= values->Mask;
        return 0;
    }

    private int SetValues(GpioUapi.LineValues* values)
    {
        for (var i = 0; i < _pins.Length; i++)
        {
            if ((values->Mask & (1UL << i)) == 0) continue;
            if (!_pins[i].Has(GpioUapi.Flags.Output)) return -1; // EPERM
            _pins[i].Driven = ((values->Bits & (1UL << i)) != 0) ^ _pins[i].Has(GpioUapi.Flags.ActiveLow);
            _pins[i].Settle();
        }
        return 0;
    }

    private void Tell(FakePin pin, bool level)
    {
        if (!pin.Has(level ? GpioUapi.Flags.EdgeRising : GpioUapi.Flags.EdgeFalling)) return;
        var edge = new GpioUapi.LineEvent
        {
            TimestampNs = (ulong)Stopwatch.GetTimestamp(), // CLOCK_MONOTONIC in nanoseconds on Linux
            Id = level ? GpioUapi.EventId.Rising : GpioUapi.EventId.Falling,
            Offset = (uint)pin.Offset,
            LineSequence = ++_sequences[Array.IndexOf(_pins, pin)],
        };
        _events.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<GpioUapi.LineEvent>(in edge)));
    }
}
