// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>Chooses boards by their labels: <c>site=roof,tier!=spare,camera</c>. All conditions must hold.</summary>
public sealed class LabelSelector : IEquatable<LabelSelector>
{
    /// <summary>The longest text.</summary>
    public const int MaximumLength = 512;

    private readonly Condition[] _conditions;

    private LabelSelector(string text, Condition[] conditions) => (Text, _conditions) = (text, conditions);

    /// <summary>Every board.</summary>
    public static LabelSelector All { get; } = new("", []);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none; says what is wrong.</exception>
    public static LabelSelector Parse(string text)
    {
        if (text.Length > MaximumLength) throw new FormatException($"a selector has at most {MaximumLength} characters");
        return new LabelSelector(text, [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseCondition)]);
    }

    /// <summary>Whether a label has this form: <c>name</c> of a-z 0-9 - _ . and a value of the same.</summary>
    public static bool IsLabel(string name, string value) => WireName.IsValid(name) && (value.Length == 0 || WireName.IsValid(value));

    /// <summary>Whether all conditions hold.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) => Array.TrueForAll(_conditions, condition => condition.Holds(labels));

    /// <inheritdoc/>
    public bool Equals(LabelSelector? other) => other?.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSelector);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static Condition ParseCondition(string text)
    {
        var isNot = text.IndexOf("!=", StringComparison.Ordinal);
        var at = isNot >= 0 ? isNot : text.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = at < 0 ? (text, null) : (text[..at].Trim(), text[(at + (isNot >= 0 ? 2 : 1))..].Trim());
        return IsLabel(name, value ?? "")
            ? new Condition(name, value, isNot >= 0)
            : throw new FormatException($"'{text}' is no condition: NAME, NAME=VALUE or NAME!=VALUE is expected, of a-z 0-9 - _ .");
    }

    private sealed record Condition(string Name, string? Value, bool IsNot)
    {
        public bool Holds(IReadOnlyDictionary<string, string> labels) =>
            Value is null ? labels.ContainsKey(Name) : labels.TryGetValue(Name, out var value) && value == Value != IsNot || (IsNot && !labels.ContainsKey(Name));
    }
}
