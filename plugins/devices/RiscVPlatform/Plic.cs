// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Devices.RiscVPlatform;

/// <summary>RISC-V platform-level interrupt controller: level sources, and a notification line for each context.</summary>
/// <remarks>
/// RISC-V PLIC specification 1.0.0, whose section numbers stand below. Seven priorities (0 is never), as QEMU's
/// <c>virt</c> has. A context is what the machine description wires it to: <c>context0</c> machine mode of hart 0,
/// <c>context1</c> its supervisor mode. Registers are 32 bits wide; other widths are unassigned.
/// </remarks>
internal sealed class Plic : IMmioDevice, IInterruptController, IDeviceTreeSource
{
    public const int MaximumSources = 1023;
    public const int MaximumContexts = (int)((Length - ContextBase) / ContextStride);

    private const uint PendingBase = 0x1000, EnableBase = 0x2000, EnableStride = 0x80;
    private const uint ContextBase = 0x20_0000, ContextStride = 0x1000, Length = 0x60_0000;
    private const uint PriorityMask = 7;

    private readonly IInterruptLine[] _outputs;
    private readonly IUnassigned _unassigned;
    private readonly Gateway?[] _gateways; // one for each source that is wired; the number 0 means none and has no gateway
    private readonly int _sources;
    private readonly int _words;
    private readonly uint[] _priority;
    private readonly uint[] _level;
    private readonly uint[] _pending;
    private readonly uint[] _inService; // claimed and not yet completed: the gateway lets nothing more through
    private readonly uint[] _enable; // _words for each context
    private readonly uint[] _threshold;

    public Plic(int sources, IInterruptLine[] outputs, IUnassigned unassigned)
    {
        (_sources, _outputs, _unassigned) = (sources, outputs, unassigned);
        _words = sources / 32 + 1;
        _priority = new uint[sources + 1];
        (_level, _pending, _inService) = (new uint[_words], new uint[_words], new uint[_words]);
        _enable = new uint[_words * outputs.Length];
        _threshold = new uint[outputs.Length];
        _gateways = new Gateway?[sources];
        Reset();
    }

    /// <inheritdoc/>
    public DeviceTreeDescription DeviceTree => new("plic", "sifive,plic-1.0.0", "riscv,plic0")
    {
        Interrupts = DeviceTreeDescription.Outputs("context", _outputs.Length),
        Properties = [DeviceTreeProperty.Cells("riscv,ndev", (uint)_sources), DeviceTreeProperty.Cells("#address-cells", 0)],
    };

    /// <inheritdoc/>
    public uint WindowBytes => Length;

    /// <inheritdoc/>
    public IInterruptLine? FindInput(int number) => number >= 1 && number <= _sources ? _gateways[number - 1] ??= new Gateway(this, number) : null;

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        var (register, context, index) = Locate(offset, width);
        return register switch
        {
            Register.Priority => _priority[index],
            Register.Pending => _pending[index],
            Register.Enable => _enable[context * _words + index],
            Register.Threshold => _threshold[context],
            Register.Claim => Claim(context),
            _ => _unassigned.Read(offset),
        };
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        var (register, context, index) = Locate(offset, width);
        switch (register)
        {
            case Register.Priority: _priority[index] = (uint)value & PriorityMask; break;
            case Register.Pending: return; // read-only, section 4
            case Register.Enable: _enable[context * _words + index] = (uint)value & ExistingSources(index); break;
            case Register.Threshold: _threshold[context] = (uint)value & PriorityMask; break;
            case Register.Claim: Complete(context, (uint)value); break;
            default: _unassigned.Write(offset, value); return;
        }
        UpdateOutputs();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _priority.AsSpan().Clear();
        _inService.AsSpan().Clear();
        _enable.AsSpan().Clear();
        _threshold.AsSpan().Clear();
        _level.CopyTo(_pending, 0); // the wires keep their levels over a reset, and the gateways see them anew
        UpdateOutputs();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state)
    {
        Write(state, "priority", _priority);
        Write(state, "level", _level);
        Write(state, "pending", _pending);
        Write(state, "inService", _inService);
        Write(state, "enable", _enable);
        Write(state, "threshold", _threshold);
    }

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        var priority = Read(state, "priority", _priority.Length, _ => PriorityMask);
        var level = Read(state, "level", _words, ExistingSources);
        var pending = Read(state, "pending", _words, ExistingSources);
        var inService = Read(state, "inService", _words, ExistingSources);
        var enable = Read(state, "enable", _enable.Length, i => ExistingSources(i % _words));
        var threshold = Read(state, "threshold", _threshold.Length, _ => PriorityMask);
        priority.CopyTo(_priority, 0);
        level.CopyTo(_level, 0);
        pending.CopyTo(_pending, 0);
        inService.CopyTo(_inService, 0);
        enable.CopyTo(_enable, 0);
        threshold.CopyTo(_threshold, 0);
        UpdateOutputs();
    }

    private static void Write(IStateWriter state, string name, uint[] values) =>
        state.Write(name, Array.ConvertAll(values, v => (ulong)v).AsSpan());

    /// <summary>Reads a row of numbers, none of which has a bit that its mask lacks.</summary>
    private static uint[] Read(IStateReader state, string name, int count, Func<int, uint> mask)
    {
        var values = state.ReadUInt64s(name, count);
        for (var i = 0; i < count; i++)
        {
            if ((values[i] & ~(ulong)mask(i)) != 0) throw state.Error(name, $"value {i} has bits that do not exist");
        }
        return Array.ConvertAll(values, v => (uint)v);
    }

    private static bool Has(uint[] set, int source) => (set[source / 32] >> source % 32 & 1) != 0;

    private static void Set(uint[] set, int source, bool value)
    {
        var bit = 1u << source % 32;
        if (value) set[source / 32] |= bit;
        else set[source / 32] &= ~bit;
    }

    /// <summary>The bits of a word that stand for a source; source 0 does not exist.</summary>
    private uint ExistingSources(int word)
    {
        var above = _sources + 1 - word * 32;
        var mask = above >= 32 ? uint.MaxValue : (1u << above) - 1;
        return word == 0 ? mask & ~1u : mask;
    }

    // The gateway, section 2: a level becomes one request, and no other until the handler says it has completed. A
    // request once forwarded stays, even when the level goes away.

    private void DriveSource(int source, bool level)
    {
        if (Has(_level, source) == level) return;
        Set(_level, source, level);
        Forward(source);
        UpdateOutputs();
    }

    private void Forward(int source)
    {
        if (Has(_level, source) && !Has(_inService, source)) Set(_pending, source, true);
    }

    // Claim and completion, sections 7 and 8. The threshold masks the notification only, never a claim.

    private uint Claim(int context)
    {
        var source = Best(context, above: 0);
        if (source == 0) return 0;
        Set(_pending, source, false);
        Set(_inService, source, true);
        UpdateOutputs();
        return (uint)source;
    }

    private void Complete(int context, uint source)
    {
        if (source == 0 || source > _sources) return;
        if (!IsEnabled(context, (int)source) || !Has(_inService, (int)source)) return; // silently ignored, section 8
        Set(_inService, (int)source, false);
        Forward((int)source);
    }

    private bool IsEnabled(int context, int source) => (_enable[context * _words + source / 32] >> source % 32 & 1) != 0;

    /// <summary>The pending, enabled source of the highest priority above a bound; among equals the lowest number; 0 is none.</summary>
    private int Best(int context, uint above)
    {
        var best = 0;
        for (var word = 0; word < _words; word++)
        {
            for (var set = _pending[word] & _enable[context * _words + word]; set != 0; set &= set - 1)
            {
                var source = word * 32 + BitOperations.TrailingZeroCount(set);
                if (_priority[source] <= above) continue;
                (best, above) = (source, _priority[source]);
            }
        }
        return best;
    }

    private void UpdateOutputs()
    {
        for (var context = 0; context < _outputs.Length; context++)
            _outputs[context].Drive(Best(context, _threshold[context]) != 0);
    }

    private (Register Register, int Context, int Index) Locate(uint offset, AccessWidth width)
    {
        if (width != AccessWidth.Word) return default;
        return offset switch
        {
            < PendingBase => LocateIndexed(Register.Priority, offset / 4, _sources + 1),
            < EnableBase => LocateIndexed(Register.Pending, (offset - PendingBase) / 4, _words),
            < ContextBase => LocateEnable(offset - EnableBase),
            _ => LocateContext(offset - ContextBase),
        };
    }

    private static (Register Register, int Context, int Index) LocateIndexed(Register register, uint index, int count) =>
        index < count && (register != Register.Priority || index != 0) ? (register, 0, (int)index) : default;

    private (Register Register, int Context, int Index) LocateEnable(uint offset)
    {
        var (context, word) = (offset / EnableStride, offset % EnableStride / 4);
        return context < _outputs.Length && word < _words ? (Register.Enable, (int)context, (int)word) : default;
    }

    private (Register Register, int Context, int Index) LocateContext(uint offset)
    {
        var context = offset / ContextStride;
        if (context >= _outputs.Length) return default;
        return (offset % ContextStride) switch
        {
            0 => (Register.Threshold, (int)context, 0),
            4 => (Register.Claim, (int)context, 0),
            _ => default,
        };
    }

    private enum Register { None, Priority, Pending, Enable, Threshold, Claim }

    /// <summary>A wire from a device.</summary>
    private sealed class Gateway(Plic plic, int source) : IInterruptLine
    {
        public void Drive(bool level) => plic.DriveSource(source, level);
    }
}
