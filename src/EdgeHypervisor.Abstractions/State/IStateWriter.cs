// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Takes the named fields of one component. A name is used once.</summary>
public interface IStateWriter
{
    /// <summary>An unsigned number of up to 64 bits.</summary>
    void Write(string name, ulong value);

    /// <summary>A signed number of up to 64 bits.</summary>
    void Write(string name, long value);

    /// <summary>A truth value.</summary>
    void Write(string name, bool value);

    /// <summary>A text.</summary>
    void Write(string name, string value);

    /// <summary>Bytes.</summary>
    void Write(string name, ReadOnlySpan<byte> value);

    /// <summary>A row of unsigned numbers, such as a register file.</summary>
    void Write(string name, ReadOnlySpan<ulong> values);

    /// <summary>Fields of their own under one name.</summary>
    void WriteGroup(string name, Action<IStateWriter> fields);

    /// <summary>A list of groups, one for each number below <paramref name="count"/>.</summary>
    void WriteList(string name, int count, Action<IStateWriter, int> item);
}
