// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Abstractions;

/// <summary>
/// The settings of one component as its description file says them: names and scalar texts. Every getter names the
/// component and the setting when a value is missing or does not fit.
/// </summary>
/// <param name="owner">Who the settings belong to, for messages: <c>device uart0</c>, <c>peripheral relay1</c>.</param>
/// <param name="values">The settings; names compare by ordinal.</param>
public sealed class ComponentOptions(string owner, IReadOnlyDictionary<string, string> values)
{
    private HashSet<string>? _asked = new(StringComparer.Ordinal); // until RefuseUnknown has looked

    /// <summary>No settings at all.</summary>
    public static ComponentOptions None(string owner) => new(owner, new Dictionary<string, string>());

    /// <summary>Who the settings belong to.</summary>
    public string Owner { get; } = owner;

    /// <summary>All settings as they were written.</summary>
    public IReadOnlyDictionary<string, string> Values { get; } = values;

    /// <summary>The text of a setting, or null where it is not given.</summary>
    public string? Find(string name)
    {
        _asked?.Add(name);
        return Values.GetValueOrDefault(name);
    }

    /// <summary>A text; required when there is no fallback.</summary>
    /// <exception cref="OptionException">The setting is missing.</exception>
    public string GetString(string name, string? fallback = null) => Find(name) ?? fallback ?? throw Missing(name);

    /// <summary>A whole number, decimal or 0x-hexadecimal, within a range; required when there is no fallback.</summary>
    /// <exception cref="OptionException">The setting is missing, not a whole number, or out of range.</exception>
    public long GetInteger(string name, long? fallback = null, long minimum = 0, long maximum = long.MaxValue)
    {
        var text = Find(name);
        if (text is null) return fallback ?? throw Missing(name);
        if (!Quantity.TryParseInteger(text, out var value)) throw Wrong(name, text, "a whole number");
        return value >= minimum && value <= maximum
            ? value
            : throw Wrong(name, text, $"a whole number from {minimum} to {maximum}");
    }

    /// <summary>A size in bytes, with an optional binary suffix: <c>4Mi</c>, <c>64Ki</c>, <c>1Gi</c>, <c>512</c>.</summary>
    /// <exception cref="OptionException">The setting is missing or not a size.</exception>
    public long GetBytes(string name, long? fallback = null)
    {
        var text = Find(name);
        if (text is null) return fallback ?? throw Missing(name);
        return Quantity.TryParseBytes(text, out var value) ? value : throw Wrong(name, text, "a size such as 64Ki or 4Mi");
    }

    /// <summary>A number with a fraction; required when there is no fallback.</summary>
    /// <exception cref="OptionException">The setting is missing or not a finite number.</exception>
    public double GetNumber(string name, double? fallback = null)
    {
        var text = Find(name);
        if (text is null) return fallback ?? throw Missing(name);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Wrong(name, text, "a number");
    }

    /// <summary><c>true</c> or <c>false</c>; required when there is no fallback.</summary>
    /// <exception cref="OptionException">The setting is missing or neither of the two.</exception>
    public bool GetBoolean(string name, bool? fallback = null) => Find(name) switch
    {
        null => fallback ?? throw Missing(name),
        "true" => true,
        "false" => false,
        var text => throw Wrong(name, text, "true or false"),
    };

    /// <summary>One of the names of an enumeration, written in kebab case: <c>pull-up</c> for <c>PullUp</c>.</summary>
    /// <exception cref="OptionException">The setting is missing or not one of the names.</exception>
    public TEnum GetChoice<TEnum>(string name)
        where TEnum : struct, Enum => Choose<TEnum>(name, Find(name) ?? throw Missing(name));

    /// <summary>The same, or what holds where it is not given.</summary>
    /// <exception cref="OptionException">The setting is not one of the names.</exception>
    public TEnum GetChoice<TEnum>(string name, TEnum fallback)
        where TEnum : struct, Enum => Find(name) is { } text ? Choose<TEnum>(name, text) : fallback;

    /// <summary>Refuses settings that nobody asked for: a misspelt name must not pass in silence. Call it last.</summary>
    /// <exception cref="OptionException">A setting exists that this component does not know.</exception>
    public void RefuseUnknown()
    {
        if (_asked is null) return;
        foreach (var name in Values.Keys)
        {
            if (!_asked.Contains(name))
                throw new OptionException(Owner, name, $"unknown; known are {string.Join(", ", _asked.Order())}");
        }
        _asked = null;
    }

    private TEnum Choose<TEnum>(string name, string text)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (Quantity.ToKebabCase(value.ToString()) == text) return value;
        }
        var names = string.Join(", ", Enum.GetNames<TEnum>().Select(Quantity.ToKebabCase));
        throw Wrong(name, text, $"one of {names}");
    }

    private OptionException Missing(string name) => new(Owner, name, "missing");

    private OptionException Wrong(string name, string text, string wanted) =>
        new(Owner, name, $"'{text}' is not {wanted}");
}
