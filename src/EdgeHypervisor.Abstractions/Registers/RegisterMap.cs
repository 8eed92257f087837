// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Abstractions;

/// <summary>
/// The registers of a device as data: what stands at which offset, what it is called, which bits it has, what reading and
/// writing it does. 32 bits wide; narrower accesses reach their part of a register.
/// </summary>
/// <example>
/// <code>
/// _control = map.Add(0x08, "control", bits: 0x7F, written: _ => Restart());
/// map.Read(0x00, TakeReceived).Write(0x00, value => Send((byte)value));
/// map.SetClear(0x304, 0x308, _enable);
/// </code>
/// </example>
/// <param name="unassigned">Where an access to any other offset goes.</param>
public sealed class RegisterMap(IUnassigned unassigned)
{
    private readonly Dictionary<uint, Slot> _slots = [];
    private readonly List<DeviceRegister> _registers = [];
    private readonly List<(string Name, IRegisterPart Part)> _parts = [];

    /// <summary>A register that holds what is written to it.</summary>
    /// <param name="offset">Where it stands; a multiple of 4.</param>
    /// <param name="name">Its name in a saved state.</param>
    /// <param name="reset">Its value after a reset.</param>
    /// <param name="bits">The bits that a guest can write; those of the reset value exist too.</param>
    /// <param name="written">Told after a write, with the value before it.</param>
    public DeviceRegister Add(uint offset, string name, uint reset = 0, uint bits = uint.MaxValue, Action<uint>? written = null)
    {
        var register = Hidden(name, reset);
        var slot = At(offset);
        slot.Register = register;
        slot.Read = () => register.Value;
        slot.Write = value =>
        {
            var before = register.Value;
            register.Value = (before & ~bits) | (value & bits);
            written?.Invoke(before);
        };
        return register;
    }

    /// <summary>A row of alike registers: <c>name0</c>, <c>name1</c>, …</summary>
    public DeviceRegister[] AddRow(uint offset, string name, int count, uint reset = 0, uint bits = uint.MaxValue, Action<int>? written = null, uint strideBytes = 4) =>
        Numbered.Make(count, i => Add(
            offset + ((uint)i * strideBytes), string.Create(CultureInfo.InvariantCulture, $"{name}{i}"), reset, bits, _ => written?.Invoke(i)));

    /// <summary>State without an offset.</summary>
    /// <param name="name">Its name in a saved state.</param>
    /// <param name="reset">Its value after a reset.</param>
    /// <param name="bits">What a saved state may hold.</param>
    public DeviceRegister Hidden(string name, uint reset = 0, uint bits = uint.MaxValue)
    {
        if (_registers.Exists(other => other.Name == name)) throw new ArgumentException($"there are two registers '{name}'", nameof(name));
        var register = new DeviceRegister(name, reset, bits);
        _registers.Add(register);
        return register;
    }

    /// <summary>Something that is reset and saved with the registers, as a group of its own.</summary>
    public TPart Include<TPart>(string name, TPart part)
        where TPart : IRegisterPart
    {
        _parts.Add((name, part));
        return part;
    }

    /// <summary>Says what reading an offset gives; without a <see cref="Write(uint, Action{uint})"/> it is read-only.</summary>
    public RegisterMap Read(uint offset, Func<uint> read)
    {
        At(offset).Read = read;
        return this;
    }

    /// <summary>Says what writing to an offset does; without a <see cref="Read(uint, Func{uint})"/> it reads zero.</summary>
    public RegisterMap Write(uint offset, Action<uint> write)
    {
        At(offset).Write = write;
        return this;
    }

    /// <summary>Offsets that always read the same, such as identification.</summary>
    public void Constants(uint offset, params ReadOnlySpan<uint> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            Read(offset + (4u * (uint)i), () => value);
        }
    }

    /// <summary>Two offsets that set and clear bits of a register, and read it.</summary>
    public void SetClear(uint setOffset, uint clearOffset, DeviceRegister register, uint bits = uint.MaxValue)
    {
        Read(setOffset, () => register.Value).Write(setOffset, value => register.Value |= value & bits);
        Read(clearOffset, () => register.Value).Write(clearOffset, value => register.Value &= ~value);
    }

    /// <summary>A guest's read.</summary>
    public uint Read(uint offset, AccessWidth width)
    {
        if (width == AccessWidth.Double || !_slots.TryGetValue(offset & ~3u, out var slot)) return (uint)unassigned.Read(offset);
        return slot.Read is null ? 0 : slot.Read() >> Shift(offset);
    }

    /// <summary>A guest's write.</summary>
    public void Write(uint offset, AccessWidth width, uint value)
    {
        if (width == AccessWidth.Double || !_slots.TryGetValue(offset & ~3u, out var slot)) unassigned.Write(offset, value);
        else slot.Write?.Invoke(width == AccessWidth.Word ? value : Merge(slot.Register, offset, width, value));
    }

    /// <summary>All registers and parts as after power-on.</summary>
    public void Reset()
    {
        foreach (var register in _registers) register.Value = register.ResetValue;
        foreach (var (_, part) in _parts) part.Reset();
    }

    /// <summary>Writes all registers and parts.</summary>
    public void Save(IStateWriter state)
    {
        foreach (var register in _registers) state.Write(register.Name, (ulong)register.Value);
        foreach (var (name, part) in _parts) state.WriteGroup(name, part.Save);
    }

    /// <summary>Takes over what was saved.</summary>
    /// <exception cref="StateException">Something is missing or out of range.</exception>
    public void Restore(IStateReader state)
    {
        var values = _registers.ConvertAll(register => (uint)state.ReadUInt64(register.Name, maximum: register.Bits));
        foreach (var (name, part) in _parts) part.Restore(state.ReadGroup(name));
        for (var i = 0; i < values.Count; i++) _registers[i].Value = values[i];
    }

    private static int Shift(uint offset) => 8 * (int)(offset & 3);

    // A narrow write leaves the rest of a register as it is; of one that holds nothing, the rest is zero.
    private static uint Merge(DeviceRegister? register, uint offset, AccessWidth width, uint value)
    {
        var mask = uint.MaxValue >> (32 - (8 * (int)width)) << Shift(offset);
        return ((register?.Value ?? 0) & ~mask) | (value << Shift(offset) & mask);
    }

    private Slot At(uint offset)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % 4, 0u, nameof(offset));
        if (!_slots.TryGetValue(offset, out var slot)) _slots[offset] = slot = new Slot();
        return slot;
    }

    private sealed class Slot
    {
        public DeviceRegister? Register { get; set; }

        public Func<uint>? Read { get; set; }

        public Action<uint>? Write { get; set; }
    }
}
