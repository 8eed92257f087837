// SPDX-License-Identifier: Apache-2.0
namespace Migration.Tests;

/// <summary>Gives equal values the same small number.</summary>
internal sealed class Interned<T> where T : notnull
{
    private readonly Dictionary<T, int> _numbers = [];
    private readonly List<T> _values = [];

    public int Count => _values.Count;

    public IReadOnlyList<T> Values => _values;

    public T this[int number] => _values[number];

    public int Number(T value)
    {
        if (_numbers.TryGetValue(value, out var number)) return number;
        _values.Add(value);
        return _numbers[value] = _values.Count - 1;
    }
}
