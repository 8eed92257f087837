// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.PluginLoading;

/// <summary>A range of SDK versions as manifests write it: conditions that must all hold, such as <c>&gt;=1.0 &lt;2.0</c>.</summary>
internal sealed class SdkRange
{
    private static readonly string[] Operators = [">=", "<=", ">", "<", "="];
    private readonly List<Condition> _conditions = [];

    private SdkRange(string text) => Text = text;

    /// <summary>The range as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a range; null when it is not one.</summary>
    public static SdkRange? TryParse(string text)
    {
        var range = new SdkRange(text);
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var op = Operators.FirstOrDefault(o => part.StartsWith(o, StringComparison.Ordinal));
            if (op is null || !Version.TryParse(part.AsSpan(op.Length), out var version)) return null;
            range._conditions.Add(new Condition(op, version));
        }
        return range._conditions.Count > 0 ? range : null;
    }

    /// <summary>Whether a version lies in the range.</summary>
    public bool Contains(Version version) => _conditions.TrueForAll(c => Holds(version.CompareTo(c.Version), c.Operator));

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
