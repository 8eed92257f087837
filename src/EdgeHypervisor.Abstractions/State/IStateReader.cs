// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// Gives back the named fields of one component. A missing field without a fallback, or one of another type, is a
/// <see cref="StateException"/> that names the component and the field.
/// </summary>
public interface IStateReader
{
    /// <summary>The component's <see cref="ISnapshottable.StateVersion"/> at the time it was saved.</summary>
    int Version { get; }

    /// <summary>An unsigned number, at most <paramref name="maximum"/>.</summary>
    ulong ReadUInt64(string name, ulong? fallback = null, ulong maximum = ulong.MaxValue);

    /// <summary>A signed number.</summary>
    long ReadInt64(string name, long? fallback = null);

    /// <summary>A truth value.</summary>
    bool ReadBoolean(string name, bool? fallback = null);

    /// <summary>A text.</summary>
    string ReadString(string name, string? fallback = null);

    /// <summary>Bytes, at most <paramref name="maximumLength"/> of them.</summary>
    byte[] ReadBytes(string name, int maximumLength);

    /// <summary>A row of exactly <paramref name="count"/> unsigned numbers.</summary>
    ulong[] ReadUInt64s(string name, int count);

    /// <summary>Fields of their own under one name.</summary>
    IStateReader ReadGroup(string name);

    /// <summary>A list of groups, at most <paramref name="maximumCount"/> of them.</summary>
    IReadOnlyList<IStateReader> ReadList(string name, int maximumCount);

    /// <summary>An error about a field's value, to be thrown by the component that found it.</summary>
    StateException Error(string name, string problem);
}
