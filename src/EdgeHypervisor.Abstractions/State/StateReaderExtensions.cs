// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>The narrower numbers, range-checked.</summary>
public static class StateReaderExtensions
{
    /// <summary>A number of at most 8 bits.</summary>
    public static byte ReadByte(this IStateReader state, string name, byte? fallback = null) =>
        (byte)state.ReadUInt64(name, fallback, byte.MaxValue);

    /// <summary>A number of at most 16 bits.</summary>
    public static ushort ReadUInt16(this IStateReader state, string name, ushort? fallback = null) =>
        (ushort)state.ReadUInt64(name, fallback, ushort.MaxValue);

    /// <summary>A number of at most 32 bits.</summary>
    public static uint ReadUInt32(this IStateReader state, string name, uint? fallback = null) =>
        (uint)state.ReadUInt64(name, fallback, uint.MaxValue);

    /// <summary>A number from 0 to <paramref name="maximum"/>, for counts and positions.</summary>
    public static int ReadInt32(this IStateReader state, string name, int maximum, int? fallback = null) =>
        (int)state.ReadUInt64(name, (ulong?)fallback, (ulong)maximum);
}
