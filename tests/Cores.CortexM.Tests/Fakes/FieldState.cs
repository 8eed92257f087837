// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cores.CortexM.Tests;

/// <summary>A component's state as a dictionary: writes it, gives it back, compares and can be spoilt.</summary>
internal sealed class FieldState : IStateWriter, IStateReader
{
    public Dictionary<string, object> Fields { get; } = [];

    public int Version => 1;

    public void Write(string name, ulong value) => Fields.Add(name, value);

    public void Write(string name, long value) => Fields.Add(name, value);

    public void Write(string name, bool value) => Fields.Add(name, value);

    public void Write(string name, string value) => Fields.Add(name, value);

    public void Write(string name, ReadOnlySpan<byte> value) => Fields.Add(name, value.ToArray());

    public void Write(string name, ReadOnlySpan<ulong> values) => Fields.Add(name, values.ToArray());

    public void WriteGroup(string name, Action<IStateWriter> fields) => throw new NotSupportedException();

    public void WriteList(string name, int count, Action<IStateWriter, int> item) => throw new NotSupportedException();

    public ulong ReadUInt64(string name, ulong? fallback = null, ulong maximum = ulong.MaxValue)
    {
        var value = Get(name, fallback);
        return value <= maximum ? value : throw Error(name, $"more than {maximum}");
    }

    public long ReadInt64(string name, long? fallback = null) => Get(name, fallback);

    public bool ReadBoolean(string name, bool? fallback = null) => Get(name, fallback);

    public string ReadString(string name, string? fallback = null) => (string)Fields[name];

    public byte[] ReadBytes(string name, int maximumLength) => (byte[])Fields[name];

    public ulong[] ReadUInt64s(string name, int count)
    {
        var values = (ulong[])Fields[name];
        return values.Length == count ? values : throw Error(name, $"has not {count} values");
    }

    public IStateReader ReadGroup(string name) => throw new NotSupportedException();

    public IReadOnlyList<IStateReader> ReadList(string name, int maximumCount) => throw new NotSupportedException();

    public StateException Error(string name, string problem) => new("cpu0", name, problem);

    /// <summary>All fields in one text, for comparison.</summary>
    public string Describe() => string.Join('\n', Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={Text(f.Value)}"));

    private static string Text(object value) => value switch
    {
        ulong[] values => string.Join(' ', values.Select(v => v.ToString("x", null))),
        byte[] bytes => Convert.ToHexString(bytes),
        _ => value.ToString()!,
    };

    private T Get<T>(string name, T? fallback)
        where T : struct =>
        Fields.TryGetValue(name, out var value) ? (T)value : fallback ?? throw Error(name, "missing");
}
