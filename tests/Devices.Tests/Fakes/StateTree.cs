// SPDX-License-Identifier: Apache-2.0
using System.Text;
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>The saved fields of a component, in memory: a tree that a test can compare and damage.</summary>
internal sealed class StateTree : IStateWriter, IStateReader
{
    public Dictionary<string, object> Fields { get; } = new(StringComparer.Ordinal);

    public int Version { get; set; } = 1;

    public static StateTree Of(ISnapshottable component)
    {
        var tree = new StateTree { Version = component.StateVersion };
        component.Save(tree);
        return tree;
    }

    public void Write(string name, ulong value) => Fields.Add(name, value);

    public void Write(string name, long value) => Fields.Add(name, value);

    public void Write(string name, bool value) => Fields.Add(name, value);

    public void Write(string name, string value) => Fields.Add(name, value);

    public void Write(string name, ReadOnlySpan<byte> value) => Fields.Add(name, value.ToArray());

    public void Write(string name, ReadOnlySpan<ulong> values) => Fields.Add(name, values.ToArray());

    public void WriteGroup(string name, Action<IStateWriter> fields)
    {
        var group = new StateTree();
        fields(group);
        Fields.Add(name, group);
    }

    public void WriteList(string name, int count, Action<IStateWriter, int> item)
    {
        var list = new StateTree[count];
        for (var i = 0; i < count; i++)
        {
            list[i] = new StateTree();
            item(list[i], i);
        }
        Fields.Add(name, list);
    }

    public ulong ReadUInt64(string name, ulong? fallback = null, ulong maximum = ulong.MaxValue)
    {
        var value = Fields.ContainsKey(name) ? Unsigned(name) : fallback ?? throw Error(name, "missing");
        return value <= maximum ? value : throw Error(name, $"{value} is above {maximum}");
    }

    public long ReadInt64(string name, long? fallback = null)
    {
        if (!Fields.TryGetValue(name, out var value)) return fallback ?? throw Error(name, "missing");
        return value switch
        {
            long number => number,
            ulong number when number <= long.MaxValue => (long)number,
            _ => throw Error(name, "not a number"),
        };
    }

    public bool ReadBoolean(string name, bool? fallback = null) =>
        Fields.ContainsKey(name) ? Get<bool>(name) : fallback ?? throw Error(name, "missing");

    public string ReadString(string name, string? fallback = null) =>
        Fields.ContainsKey(name) ? Get<string>(name) : fallback ?? throw Error(name, "missing");

    public byte[] ReadBytes(string name, int maximumLength)
    {
        var value = Get<byte[]>(name);
        return value.Length <= maximumLength ? [.. value] : throw Error(name, "too long");
    }

    public ulong[] ReadUInt64s(string name, int count)
    {
        var value = Get<ulong[]>(name);
        return value.Length == count ? [.. value] : throw Error(name, $"not {count} numbers");
    }

    public IStateReader ReadGroup(string name) => Get<StateTree>(name);

    public IReadOnlyList<IStateReader> ReadList(string name, int maximumCount)
    {
        var value = Get<StateTree[]>(name);
        return value.Length <= maximumCount ? value : throw Error(name, "too many");
    }

    public StateException Error(string name, string problem) => new("dut", name, problem);

    /// <summary>All fields as text: equal texts are equal states.</summary>
    public override string ToString() => Describe(this);

    private static string Describe(object value) => value switch
    {
        StateTree tree => "{" + string.Join(", ", tree.Fields.Select(f => $"{f.Key}: {Describe(f.Value)}")) + "}",
        StateTree[] list => "[" + string.Join(", ", list.Select(Describe)) + "]",
        byte[] bytes => Convert.ToHexString(bytes),
        ulong[] numbers => new StringBuilder().AppendJoin(' ', numbers).ToString(),
        _ => value.ToString()!,
    };

    private ulong Unsigned(string name) => Fields[name] switch
    {
        ulong number => number,
        long number when number >= 0 => (ulong)number,
        _ => throw Error(name, "not an unsigned number"),
    };

    private T Get<T>(string name) => Fields.TryGetValue(name, out var value)
        ? value is T typed ? typed : throw Error(name, "of another type")
        : throw Error(name, "missing");
}
