// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Cores.CortexM;

/// <summary>Shifts and the carry they leave. Arm A2.2.1, A7.4.2.</summary>
internal static class Shifter
{
    /// <summary>Shifts by a constant of 0 to 32.</summary>
    [MethodImpl(Flow.Inline)]
    public static uint Shift(uint value, ShiftKind kind, int amount, uint carryIn) => kind switch
    {
        ShiftKind.Lsl => value << amount,
        ShiftKind.Lsr => (uint)((ulong)value >> amount),
        ShiftKind.Asr => (uint)((long)(int)value >> amount),
        ShiftKind.Ror => BitOperations.RotateRight(value, amount),
        _ => carryIn << 31 | value >> 1,
    };

    /// <summary>The last bit shifted out, or the old carry when nothing is shifted.</summary>
    [MethodImpl(Flow.Inline)]
    public static uint CarryOut(uint value, ShiftKind kind, int amount, uint carryIn)
    {
        if (amount == 0) return carryIn;
        return kind == ShiftKind.Lsl ? value >> (32 - amount) & 1 : value >> (amount - 1) & 1;
    }

    /// <summary>Shifts by the low byte of a register.</summary>
    [MethodImpl(Flow.Inline)]
    public static (uint Result, uint Carry) ByRegister(uint value, ShiftKind kind, uint register, uint carryIn)
    {
        var amount = (int)(register & 0xFF);
        if (amount == 0) return (value, carryIn);
        switch (kind)
        {
            case ShiftKind.Lsl:
                return amount > 32 ? (0, 0) : ((uint)((ulong)value << amount), (uint)((ulong)value << amount >> 32) & 1);
            case ShiftKind.Lsr:
                return amount > 32 ? (0, 0) : ((uint)((ulong)value >> amount), value >> (amount - 1) & 1);
            case ShiftKind.Asr:
                amount = Math.Min(amount, 32);
                return ((uint)((long)(int)value >> amount), (uint)((long)(int)value >> (amount - 1)) & 1);
            default:
                var rotated = BitOperations.RotateRight(value, amount & 31);
                return (rotated, rotated >> 31);
        }
    }
}
