// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>A range of SDK versions as manifests write it: conditions that must all hold, such as <c>&gt;=1.0 &lt;2.0</c>.</summary>
internal sealed class SdkRange
{
    private static readonly string[] Operators = [">=", "<=", ">", "<", "="];
    private readonly Condition[] _conditions;

    private SdkRange(string text, Condition[] conditions)
    {
        Text = text;
        _conditions = conditions;
    }

    /// <summary>The range as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a range; null when it is not one.</summary>
    public static SdkRange? TryParse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var conditions = new Condition[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (FindOperator(parts[i]) is not { } op || !Version.TryParse(parts[i].AsSpan(op.Length), out var version)) return null;
            conditions[i] = new Condition(op, version);
        }
        return conditions.Length > 0 ? new SdkRange(text, conditions) : null;
    }

    /// <summary>Whether a version lies in the range.</summary>
    public bool Contains(Version version)
    {
        foreach (var condition in _conditions)
        {
            if (!Holds(version.CompareTo(condition.Version), condition.Operator)) return false;
        }
        return true;
    }

    private static string? FindOperator(string part)
    {
        foreach (var op in Operators)
        {
            if (part.StartsWith(op, StringComparison.Ordinal)) return op;
        }
        return null;
    }

    private static bool Holds(int comparison, string op) => op switch
    {
        ">=" => comparison >= 0,
        "<=" => comparison <= 0,
        ">" => comparison > 0,
        "<" => comparison < 0,
        _ => comparison == 0,
    };

    private sealed record Condition(string Operator, Version Version);
}
