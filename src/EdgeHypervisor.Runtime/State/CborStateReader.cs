// SPDX-License-Identifier: Apache-2.0
using System.Formats.Cbor;

namespace EdgeHypervisor.Runtime;

/// <summary>Gives back the fields of a CBOR map. Each is decoded when asked for, so that what nobody asks for costs nothing.</summary>
internal sealed class CborStateReader : IStateReader
{
    private const int MaximumFields = 100_000;

    private readonly string _component;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _fields = new(StringComparer.Ordinal);

    /// <summary>Takes a map apart.</summary>
    /// <exception cref="StateException">It is not a map of named fields.</exception>
    public CborStateReader(string component, int version, ReadOnlyMemory<byte> map)
    {
        _component = component;
        Version = version;
        try
        {
            var cbor = new CborReader(map, CborConformanceMode.Strict);
            cbor.ReadStartMap();
            while (cbor.PeekState() != CborReaderState.EndMap)
            {
                if (_fields.Count == MaximumFields) throw new StateException(component, null, $"more than {MaximumFields} fields");
                _fields.Add(cbor.ReadTextString(), cbor.ReadEncodedValue());
            }
            cbor.ReadEndMap();
            if (cbor.BytesRemaining != 0) throw new StateException(component, null, $"{cbor.BytesRemaining} bytes too many");
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw new StateException(component, null, $"not a map of named fields: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public int Version { get; }

    /// <summary>The names there are.</summary>
    public IEnumerable<string> Names => _fields.Keys;

    /// <inheritdoc/>
    public ulong ReadUInt64(string name, ulong? fallback = null, ulong maximum = ulong.MaxValue)
    {
        var value = Read(name, fallback, "an unsigned number", static cbor => cbor.ReadUInt64());
        return value <= maximum ? value : throw Error(name, $"{value} is more than {maximum}");
    }

    /// <inheritdoc/>
    public long ReadInt64(string name, long? fallback = null) => Read(name, fallback, "a signed number", static cbor => cbor.ReadInt64());

    /// <inheritdoc/>
    public bool ReadBoolean(string name, bool? fallback = null) => Read(name, fallback, "true or false", static cbor => cbor.ReadBoolean());

    /// <inheritdoc/>
    public string ReadString(string name, string? fallback = null) =>
        fallback is not null && !_fields.ContainsKey(name) ? fallback : Decode(name, "a text", static cbor => cbor.ReadTextString());

    /// <inheritdoc/>
    public byte[] ReadBytes(string name, int maximumLength)
    {
        // What a field takes encoded bounds what it takes decoded, so a lie about the length cannot allocate more.
        var value = Decode(name, "bytes", static cbor => cbor.ReadByteString());
        return value.Length <= maximumLength ? value : throw Error(name, $"{value.Length} bytes are more than {maximumLength}");
    }

    /// <inheritdoc/>
    public ulong[] ReadUInt64s(string name, int count) => Decode(name, $"{count} unsigned numbers", cbor =>
    {
        var values = new ulong[count];
        cbor.ReadStartArray();
        for (var i = 0; i < count; i++) values[i] = cbor.ReadUInt64();
        cbor.ReadEndArray();
        return values;
    });

    /// <inheritdoc/>
    public IStateReader ReadGroup(string name) => Group(name);

    /// <inheritdoc/>
    public IReadOnlyList<IStateReader> ReadList(string name, int maximumCount)
    {
        var items = Decode(name, "a list", cbor =>
        {
            var encoded = new List<ReadOnlyMemory<byte>>();
            cbor.ReadStartArray();
            while (cbor.PeekState() != CborReaderState.EndArray)
            {
                if (encoded.Count == maximumCount) throw Error(name, $"more than {maximumCount} entries");
                encoded.Add(cbor.ReadEncodedValue());
            }
            cbor.ReadEndArray();
            return encoded;
        });
        return [.. items.Select((item, i) => new CborStateReader($"{_component}/{name}[{i}]", Version, item))];
    }

    /// <inheritdoc/>
    public StateException Error(string name, string problem) => new(_component, name, problem);

    /// <summary>The fields under a name, as something that can be taken further apart.</summary>
    public CborStateReader Group(string name) => new($"{_component}/{name}", Version, Encoded(name));

    /// <summary>The fields under a name, as those of a component of its own with its own version.</summary>
    public CborStateReader Component(string name, string component, int version) => new(component, version, Encoded(name));

    private static bool IsMalformed(Exception exception) =>
        exception is CborContentException or InvalidOperationException or OverflowException or ArgumentException;

    private ReadOnlyMemory<byte> Encoded(string name) => _fields.TryGetValue(name, out var encoded) ? encoded : throw Error(name, "missing");

    private T Read<T>(string name, T? fallback, string wanted, Func<CborReader, T> read)
        where T : struct =>
        fallback is { } value && !_fields.ContainsKey(name) ? value : Decode(name, wanted, read);

    private T Decode<T>(string name, string wanted, Func<CborReader, T> read)
    {
        try
        {
            return read(new CborReader(Encoded(name), CborConformanceMode.Strict));
        }
        catch (Exception exception) when (IsMalformed(exception))
        {
            throw Error(name, $"is not {wanted}");
        }
    }
}
