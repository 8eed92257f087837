// SPDX-License-Identifier: Apache-2.0
using System.Formats.Cbor;

namespace EdgeHypervisor.Runtime;

/// <summary>Writes a component's fields as a CBOR map: text keys, in the order in which the component names them.</summary>
/// <remarks>RFC 8949; the shape is in docs/state-format.md.</remarks>
internal sealed class CborStateWriter(string component, CborWriter cbor) : IStateWriter
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>A writer as all parts of a state use it.</summary>
    public static CborWriter NewCbor() => new(CborConformanceMode.Strict, convertIndefiniteLengthEncodings: true);

    /// <summary>Writes one map of fields.</summary>
    public static void WriteFields(string component, CborWriter cbor, Action<IStateWriter> fields)
    {
        cbor.WriteStartMap(null);
        fields(new CborStateWriter(component, cbor));
        cbor.WriteEndMap();
    }

    /// <inheritdoc/>
    public void Write(string name, ulong value)
    {
        Name(name);
        cbor.WriteUInt64(value);
    }

    /// <inheritdoc/>
    public void Write(string name, long value)
    {
        Name(name);
        cbor.WriteInt64(value);
    }

    /// <inheritdoc/>
    public void Write(string name, bool value)
    {
        Name(name);
        cbor.WriteBoolean(value);
    }

    /// <inheritdoc/>
    public void Write(string name, string value)
    {
        Name(name);
        cbor.WriteTextString(value);
    }

    /// <inheritdoc/>
    public void Write(string name, ReadOnlySpan<byte> value)
    {
        Name(name);
        cbor.WriteByteString(value);
    }

    /// <inheritdoc/>
    public void Write(string name, ReadOnlySpan<ulong> values)
    {
        Name(name);
        cbor.WriteStartArray(values.Length);
        foreach (var value in values) cbor.WriteUInt64(value);
        cbor.WriteEndArray();
    }

    /// <inheritdoc/>
    public void WriteGroup(string name, Action<IStateWriter> fields)
    {
        Name(name);
        WriteFields($"{component}/{name}", cbor, fields);
    }

    /// <inheritdoc/>
    public void WriteList(string name, int count, Action<IStateWriter, int> item)
    {
        Name(name);
        cbor.WriteStartArray(count);
        for (var i = 0; i < count; i++)
        {
            var index = i;
            WriteFields($"{component}/{name}[{i}]", cbor, fields => item(fields, index));
        }
        cbor.WriteEndArray();
    }

    private void Name(string name)
    {
        if (!_names.Add(name)) throw new StateException(component, name, "written twice");
        cbor.WriteTextString(name);
    }
}
