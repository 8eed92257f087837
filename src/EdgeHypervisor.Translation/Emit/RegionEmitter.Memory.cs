// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Translation;

/// <summary>Accesses to guest memory. Each may leave the region before anything of the instruction has happened.</summary>
public sealed partial class RegionEmitter
{
    /// <summary>The group that the instruction's access belongs to; null when it stands alone.</summary>
    internal AccessGroup? Group { get; set; }

    /// <summary>
    /// Pops an <c>int64</c> address and pushes what is there: <c>int64</c> for a <see cref="AccessWidth.Double"/> and
    /// where <paramref name="wide"/> asks for it, else <c>int32</c>.
    /// </summary>
    /// <param name="width">How much.</param>
    /// <param name="signed">Whether it is sign-extended.</param>
    /// <param name="wide">Whether the value is wanted as <c>int64</c>.</param>
    /// <param name="parts">The registers, by bit, that the address is the sum of: hints where it leads.</param>
    public void Load(AccessWidth width, bool signed, bool wide, ulong parts = 0)
    {
        BeginAccess();
        var address = PopAddress() with { IsConstantLikely = (_block.Facts.ConstantAddresses & parts) != 0 };
        _memory.EmitLoadAddress(this, address, width, InterpretLabel());
        Read(width, signed, wide);
    }

    /// <summary>As <see cref="Load"/>, at a register plus a displacement, both in the width of the register.</summary>
    public void LoadAt(int register, int displacement, AccessWidth width, bool signed, bool wide)
    {
        HostAddressAt(register, displacement, width, isStore: false);
        Read(width, signed, wide);
    }

    /// <summary>
    /// Checks for <see cref="LoadAt"/> or <see cref="StoreAt"/> all of what an instruction accesses in one piece, its
    /// <see cref="MemoryOperand"/>: behind it those leave the region no more.
    /// </summary>
    public void CheckAt(in MemoryOperand operand)
    {
        BeginAccess();
        Settle(operand.Register);
        if (!_memory.KnowsOf(operand)) return;
        Check(AddressOf(operand.Register, operand.Displacement), _block.Facts.Access(operand, Group, _memory));
    }

    /// <summary>Pushes the <c>float64</c> at a register plus a displacement, bit for bit.</summary>
    public void LoadFloat64At(int register, int displacement)
    {
        HostAddressAt(register, displacement, AccessWidth.Double, isStore: false);
        IL.Emit(OpCodes.Unaligned, (byte)1);
        IL.Emit(OpCodes.Ldind_R8);
    }

    /// <summary>Pops a value (<c>int64</c> for a <see cref="AccessWidth.Double"/>, else <c>int32</c>), then an <c>int64</c> address, and stores.</summary>
    public void Store(AccessWidth width)
    {
        BeginAccess();
        var value = width == AccessWidth.Double ? _value64 : _value32;
        IL.Emit(OpCodes.Stloc, value);
        _memory.EmitStoreAddress(this, PopAddress(), width, InterpretLabel());
        IL.Emit(OpCodes.Ldloc, value);
        Write(width);
    }

    /// <summary>Stores what <paramref name="pushValue"/> pushes, as in <see cref="Store"/>, at a register plus a displacement.</summary>
    public void StoreAt(int register, int displacement, AccessWidth width, Action pushValue)
    {
        HostAddressAt(register, displacement, width, isStore: true);
        pushValue();
        Write(width);
    }

    /// <summary>Stores the <c>float64</c> that <paramref name="pushValue"/> pushes, bit for bit.</summary>
    public void StoreFloat64At(int register, int displacement, Action pushValue)
    {
        HostAddressAt(register, displacement, AccessWidth.Double, isStore: true);
        pushValue();
        IL.Emit(OpCodes.Unaligned, (byte)1);
        IL.Emit(OpCodes.Stind_R8);
    }

    /// <summary>
    /// Pops an <c>int64</c> address and pushes the host address (<c>native int</c>) where that many bytes may be read and
    /// written; for atomic read-modify-writes, whose alignment the core has checked.
    /// </summary>
    public void HostAddressForUpdate(AccessWidth width)
    {
        BeginAccess();
        _memory.EmitStoreAddress(this, PopAddress(), width, InterpretLabel());
    }

    private void BeginAccess() => _baseline?.BeginAccess();

    private void HostAddressAt(int register, int displacement, AccessWidth width, bool isStore)
    {
        BeginAccess();
        Settle(register);
        if (!_memory.ChecksTogether)
        {
            AddressAlone(register, displacement, width, isStore);
            return;
        }
        var address = AddressOf(register, displacement);
        if (isStore && _memory.ChecksStoresAlone)
        {
            _memory.EmitStoreAddress(this, address, width, InterpretLabel());
            return;
        }
        var need = _block.Facts.Access(new MemoryOperand(register, displacement, (int)width, isStore), Group, _memory);
        if (_baseline is not null && Group is null && need.IsRangeOpen)
        {
            AddressAlone(register, displacement, width, isStore); // which computes the address once
            return;
        }
        var isOpen = need.IsRangeOpen || !_memory.StoresWhereItLoads;
        if (isOpen && need.AreFlagsOpen && need.Range == need.Stores && LengthOf(need.Range) == (int)width)
        {
            _memory.EmitStoreAddress(this, address, width, InterpretLabel());
            return;
        }
        Check(address, need);
        _memory.EmitGroupedAddress(this, address);
    }

    private void AddressAlone(int register, int displacement, AccessWidth width, bool isStore)
    {
        var address = AddressAt(register, displacement);
        if (isStore) _memory.EmitStoreAddress(this, address, width, InterpretLabel());
        else _memory.EmitLoadAddress(this, address, width, InterpretLabel());
    }

    private void Check(AccessAddress address, in AccessNeed need)
    {
        if (need.IsRangeOpen) _memory.EmitRangeCheck(this, address with { Displacement = need.Range.Low }, LengthOf(need.Range), InterpretLabel());
        if (need.AreFlagsOpen) _memory.EmitStoreCheck(this, address with { Displacement = need.Stores.Low }, LengthOf(need.Stores), InterpretLabel());
    }

    private static int LengthOf((long Low, long High) span) => (int)(span.High - span.Low);

    // Not wrapped at 32 bits: what would wrap is outside of RAM this way, and inside nothing wraps.
    private AccessAddress AddressOf(int register, long displacement) =>
        new(Local(register), displacement, (_block.Facts.ConstantAddresses & Bit(register)) != 0);

    private AccessAddress AddressAt(int register, int displacement)
    {
        if (displacement == 0 || (_registers[register].Kind == RegisterKind.Int64 && _baseline is null)) return new AccessAddress(Local(register), displacement);
        Get(register);
        IL.Emit(OpCodes.Ldc_I4, displacement);
        if (_registers[register].Kind == RegisterKind.Int64) IL.Emit(OpCodes.Conv_I8);
        IL.Emit(OpCodes.Add);
        IL.Emit(OpCodes.Conv_U8);
        return PopAddress();
    }

    private AccessAddress PopAddress()
    {
        var address = NewScratch();
        IL.Emit(OpCodes.Stloc, address);
        return new AccessAddress(address, 0);
    }

    private void Read(AccessWidth width, bool signed, bool wide)
    {
        IL.Emit(OpCodes.Unaligned, (byte)1);
        IL.Emit((width, signed) switch
        {
            (AccessWidth.Byte, true) => OpCodes.Ldind_I1,
            (AccessWidth.Byte, false) => OpCodes.Ldind_U1,
            (AccessWidth.Half, true) => OpCodes.Ldind_I2,
            (AccessWidth.Half, false) => OpCodes.Ldind_U2,
            (AccessWidth.Word, _) => OpCodes.Ldind_I4,
            _ => OpCodes.Ldind_I8,
        });
        if (wide && width != AccessWidth.Double) IL.Emit(signed ? OpCodes.Conv_I8 : OpCodes.Conv_U8);
    }

    private void Write(AccessWidth width)
    {
        IL.Emit(OpCodes.Unaligned, (byte)1);
        IL.Emit(width switch
        {
            AccessWidth.Byte => OpCodes.Stind_I1,
            AccessWidth.Half => OpCodes.Stind_I2,
            AccessWidth.Word => OpCodes.Stind_I4,
            _ => OpCodes.Stind_I8,
        });
    }
}
