// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions.Reading;

namespace EdgeHypervisor.Descriptions;

/// <summary>
/// Writes a first board file from what probes saw: what is free as peripherals, what somebody has as comments. The reader takes it as it
/// is; roles are for its owner to rename.
/// </summary>
public sealed class BoardDraft
{
    private const int LongestRole = 63;

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _roles = new(StringComparer.Ordinal);

    /// <summary>The file's text.</summary>
    /// <param name="name">The board's name; made to fit the rules.</param>
    /// <param name="results">What the probes of all plugins saw.</param>
    public static string Write(string name, IReadOnlyList<ProbeResult> results)
    {
        var draft = new BoardDraft();
        draft.WriteAll(name, results);
        return draft._text.ToString();
    }

    private void WriteAll(string name, IReadOnlyList<ProbeResult> results)
    {
        var model = results.Select(result => result.Model).FirstOrDefault(model => model.Length > 0) ?? "";
        _text.Append("# What `ehv board scan` found. Rename the roles to what is wired to them, and take out what no VM is to have.\n");
        foreach (var remark in results.SelectMany(result => result.Remarks)) _text.Append(CultureInfo.InvariantCulture, $"# {Plain(remark)}\n");
        _text.Append(CultureInfo.InvariantCulture, $"kind: Board\nname: {Title(name)}\n");
        if (model.Length > 0) _text.Append(CultureInfo.InvariantCulture, $"model: {Quoted(model)}\n");
        var groups = results.SelectMany(result => result.Findings).GroupBy(finding => finding.Driver).ToList();
        _text.Append(groups.SelectMany(group => group).Any(IsFree) ? "\nperipherals:\n" : "\nperipherals: {}\n");
        foreach (var group in groups)
        {
            _text.Append(CultureInfo.InvariantCulture, $"  # {group.Key}\n");
            foreach (var finding in group) Write(finding);
        }
    }

    private void Write(ProbeFinding finding)
    {
        var options = string.Concat(finding.Options.Select(option => $", {option.Key}: {Value(option.Value)}"));
        var note = finding.Note.Length > 0 ? $", note: {Quoted(Plain(finding.Note))}" : "";
        if (IsFree(finding)) _text.Append(CultureInfo.InvariantCulture, $"  {Role(finding.Role)}: {{ driver: {finding.Driver}{options}{note} }}\n");
        else _text.Append(CultureInfo.InvariantCulture, $"  # in use by {Plain(finding.User)}: {Plain(finding.Role)}{Plain(options)}\n");
    }

    private static bool IsFree(ProbeFinding finding) => finding.User.Length == 0;

    // A name of the kernel's becomes one of ours: lower case, no odd characters, a letter first, no other like it.
    private string Role(string name)
    {
        var plain = new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]);
        if (plain.Length == 0 || !char.IsAsciiLetter(plain[0])) plain = $"x{plain}";
        plain = plain[..Math.Min(plain.Length, LongestRole - 5)];
        var role = plain;
        for (var number = 2; !_roles.Add(role); number++) role = string.Create(CultureInfo.InvariantCulture, $"{plain}-{number}");
        return role;
    }

    private static string Title(string name)
    {
        var plain = new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        plain = plain[..Math.Min(plain.Length, LongestRole)];
        return Names.Title.IsMatch(plain) ? plain : "board";
    }

    private static string Value(string text) => Quantity.TryParseInteger(text, out _) ? text : Quoted(text);

    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static string Quoted(string text) => ManifestWriter.Quote(text);
}
