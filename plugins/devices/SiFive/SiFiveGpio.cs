// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.SiFive;

/// <summary>SiFive GPIO controller: up to 32 lines, a bit of each register for each, and an interrupt for each.</summary>
/// <remarks>
/// SiFive FU540-C000 manual, chapter 17, and FE310-G002 manual, chapter 17 (which adds <c>iof_en</c> and <c>iof_sel</c>).
/// Not modelled: what a line's hardware function does (a line handed over to it is not driven from here), drive strength.
/// Registers are 32 bits wide; other widths are unassigned.
/// </remarks>
internal sealed class SiFiveGpio : IMmioDevice, IDeviceTreeSource
{
    private readonly IGpioPort[] _ports;
    private readonly IInterruptLine[] _irqs;
    private readonly IUnassigned _unassigned;
    private readonly uint _lines; // the lines that exist
    private State _s;
    private uint _outside; // the levels of the ports, as their edges told
    private uint _raised; // the levels last driven to the interrupt lines

    public SiFiveGpio(IGpioPort[] ports, IInterruptLine[] irqs, IUnassigned unassigned)
    {
        (_ports, _irqs, _unassigned) = (ports, irqs, unassigned);
        _lines = ports.Length == 32 ? uint.MaxValue : (1u << ports.Length) - 1;
        for (var line = 0; line < ports.Length; line++)
        {
            var bit = 1u << line;
            ports[line].OnEdge(edge => OnEdge(bit, edge.Level));
        }
        Sample();
    }

    private enum Register : uint
    {
        InputValue = 0x00, InputEnable = 0x04, OutputEnable = 0x08, OutputValue = 0x0C, PullUpEnable = 0x10, DriveStrength = 0x14,
        RiseEnable = 0x18, RisePending = 0x1C, FallEnable = 0x20, FallPending = 0x24,
        HighEnable = 0x28, HighPending = 0x2C, LowEnable = 0x30, LowPending = 0x34,
        FunctionEnable = 0x38, FunctionSelect = 0x3C, OutputXor = 0x40,
    }

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("gpio", "sifive,fu540-c000-gpio", "sifive,gpio0")
    {
        Interrupts = DeviceTreeDescription.Outputs("irq", _ports.Length),
        Properties =
        [
            DeviceTreeProperty.Flag("gpio-controller"), DeviceTreeProperty.Cells("#gpio-cells", 2),
            DeviceTreeProperty.Flag("interrupt-controller"), DeviceTreeProperty.Cells("#interrupt-cells", 2),
            DeviceTreeProperty.Cells("#address-cells", 0),
            DeviceTreeProperty.Cells("ngpios", (uint)_ports.Length),
        ],
    };

    /// <inheritdoc/>
    public uint WindowBytes => 0x1000;

    private uint Outputs => _s.OutputEnable & ~_s.FunctionEnable;

    private uint OutputLevels => _s.OutputValue ^ _s.OutputXor;

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        if (width != AccessWidth.Word) return _unassigned.Read(offset);
        return (Register)offset switch
        {
            Register.InputValue => _s.InputValue,
            Register.InputEnable => _s.InputEnable,
            Register.OutputEnable => _s.OutputEnable,
            Register.OutputValue => _s.OutputValue,
            Register.PullUpEnable => _s.PullUpEnable,
            Register.DriveStrength => _s.DriveStrength,
            Register.RiseEnable => _s.RiseEnable,
            Register.RisePending => _s.RisePending,
            Register.FallEnable => _s.FallEnable,
            Register.FallPending => _s.FallPending,
            Register.HighEnable => _s.HighEnable,
            Register.HighPending => _s.HighPending,
            Register.LowEnable => _s.LowEnable,
            Register.LowPending => _s.LowPending,
            Register.FunctionEnable => _s.FunctionEnable,
            Register.FunctionSelect => _s.FunctionSelect,
            Register.OutputXor => _s.OutputXor,
            _ => _unassigned.Read(offset),
        };
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        var bits = (uint)value & _lines;
        switch (width == AccessWidth.Word ? (Register)offset : (Register)uint.MaxValue)
        {
            case Register.InputValue: return; // read-only
            case Register.OutputValue: Drive(bits, _s.OutputXor); return;
            case Register.OutputXor: Drive(_s.OutputValue, bits); return;
            case Register.InputEnable: Configure(ref _s.InputEnable, bits); break;
            case Register.OutputEnable: Configure(ref _s.OutputEnable, bits); break;
            case Register.PullUpEnable: Configure(ref _s.PullUpEnable, bits); break;
            case Register.FunctionEnable: Configure(ref _s.FunctionEnable, bits); break;
            case Register.FunctionSelect: _s.FunctionSelect = bits; break;
            case Register.DriveStrength: _s.DriveStrength = bits; break;
            case Register.RiseEnable: _s.RiseEnable = bits; break;
            case Register.FallEnable: _s.FallEnable = bits; break;
            case Register.HighEnable: _s.HighEnable = bits; break;
            case Register.LowEnable: _s.LowEnable = bits; break;
            case Register.RisePending: _s.RisePending &= ~bits; break;
            case Register.FallPending: _s.FallPending &= ~bits; break;
            case Register.HighPending: _s.HighPending &= ~bits; break;
            case Register.LowPending: _s.LowPending &= ~bits; break;
            default: _unassigned.Write(offset, value); return;
        }
        Sample();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _s = default;
        foreach (var port in _ports)
        {
            port.Configure(new GpioMode(GpioDirection.Disconnected)); // let go before the level changes
            port.Drive(false);
        }
        Sample();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        state.Write("inputValue", (ulong)_s.InputValue);
        state.Write("inputEnable", (ulong)_s.InputEnable);
        state.Write("outputEnable", (ulong)_s.OutputEnable);
        state.Write("outputValue", (ulong)_s.OutputValue);
        state.Write("outputXor", (ulong)_s.OutputXor);
        state.Write("pullUpEnable", (ulong)_s.PullUpEnable);
        state.Write("driveStrength", (ulong)_s.DriveStrength);
        state.Write("functionEnable", (ulong)_s.FunctionEnable);
        state.Write("functionSelect", (ulong)_s.FunctionSelect);
        state.Write("riseEnable", (ulong)_s.RiseEnable);
        state.Write("risePending", (ulong)_s.RisePending);
        state.Write("fallEnable", (ulong)_s.FallEnable);
        state.Write("fallPending", (ulong)_s.FallPending);
        state.Write("highEnable", (ulong)_s.HighEnable);
        state.Write("highPending", (ulong)_s.HighPending);
        state.Write("lowEnable", (ulong)_s.LowEnable);
        state.Write("lowPending", (ulong)_s.LowPending);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        uint Bits(string name) => (uint)state.ReadUInt64(name, maximum: uint.MaxValue) is var bits && (bits & ~_lines) == 0
            ? bits
            : throw state.Error(name, "has lines that do not exist");

        _s = new State
        {
            InputValue = Bits("inputValue"),
            InputEnable = Bits("inputEnable"),
            OutputEnable = Bits("outputEnable"),
            OutputValue = Bits("outputValue"),
            OutputXor = Bits("outputXor"),
            PullUpEnable = Bits("pullUpEnable"),
            DriveStrength = Bits("driveStrength"),
            FunctionEnable = Bits("functionEnable"),
            FunctionSelect = Bits("functionSelect"),
            RiseEnable = Bits("riseEnable"),
            RisePending = Bits("risePending"),
            FallEnable = Bits("fallEnable"),
            FallPending = Bits("fallPending"),
            HighEnable = Bits("highEnable"),
            HighPending = Bits("highPending"),
            LowEnable = Bits("lowEnable"),
            LowPending = Bits("lowPending"),
        };
        DriveAll();
        Sample(); // a line that changed meanwhile is an edge
    }

    // Outputs. A level is given to the port before the port becomes an output, so that a line never shows an old one.

    private void Drive(uint outputValue, uint outputXor)
    {
        var changed = OutputLevels ^ outputValue ^ outputXor;
        (_s.OutputValue, _s.OutputXor) = (outputValue, outputXor);
        var levels = OutputLevels;
        for (; changed != 0; changed &= changed - 1)
        {
            var line = BitOperations.TrailingZeroCount(changed);
            _ports[line].Drive((levels >> line & 1) != 0);
        }
        // Only an output that reads itself shows it, and a guest may drive often.
        if ((_s.InputEnable & Outputs) != 0) Sample();
    }

    private void Configure(ref uint register, uint bits)
    {
        var changed = register ^ bits;
        register = bits;
        for (; changed != 0; changed &= changed - 1) Configure(BitOperations.TrailingZeroCount(changed));
    }

    private void Configure(int line)
    {
        var bit = 1u << line;
        _ports[line].Configure(ModeOf(bit));
        _outside = _ports[line].Level ? _outside | bit : _outside & ~bit;
    }

    private GpioMode ModeOf(uint bit)
    {
        if ((Outputs & bit) != 0) return new GpioMode(GpioDirection.Output);
        if ((_s.InputEnable & bit) == 0) return new GpioMode(GpioDirection.Disconnected);
        // No pull-up here leaves the line at the bias that its board gives it.
        return new GpioMode(GpioDirection.Input, (_s.PullUpEnable & bit) != 0 ? GpioBias.PullUp : GpioBias.AsIs);
    }

    private void DriveAll()
    {
        for (var line = 0; line < _ports.Length; line++)
        {
            _ports[line].Drive((OutputLevels >> line & 1) != 0);
            Configure(line);
        }
    }

    // Inputs.

    private void OnEdge(uint bit, bool level)
    {
        _outside = level ? _outside | bit : _outside & ~bit;
        Sample();
    }

    /// <summary>
    /// Takes over the levels of the lines: an output with its input enabled reads itself, a line with its input disabled
    /// reads low. Edges are remembered; the level interrupts cannot be cleared while their level stands.
    /// </summary>
    private void Sample()
    {
        var value = (_outside & ~Outputs | OutputLevels & Outputs) & _s.InputEnable;
        _s.RisePending |= value & ~_s.InputValue;
        _s.FallPending |= ~value & _s.InputValue;
        _s.HighPending |= value;
        _s.LowPending |= ~value & _lines;
        _s.InputValue = value;
        UpdateInterrupts();
    }

    // The lines are a pure function of the state: recomputed after every change, never toggled by hand.
    private void UpdateInterrupts()
    {
        var due = _s.RisePending & _s.RiseEnable | _s.FallPending & _s.FallEnable
            | _s.HighPending & _s.HighEnable | _s.LowPending & _s.LowEnable;
        for (var changed = due ^ _raised; changed != 0; changed &= changed - 1)
        {
            var line = BitOperations.TrailingZeroCount(changed);
            _irqs[line].Drive((due >> line & 1) != 0);
        }
        _raised = due;
    }

    /// <summary>Everything the guest can observe, and all that is saved; a bit for each line.</summary>
    private struct State
    {
        public uint InputValue, InputEnable, OutputEnable, OutputValue, OutputXor, PullUpEnable, DriveStrength;
        public uint FunctionEnable, FunctionSelect;
        public uint RiseEnable, RisePending, FallEnable, FallPending, HighEnable, HighPending, LowEnable, LowPending;
    }
}
