// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads wires, one (<c>irq: plic/10</c>) or a run of them (<c>irq0..31: plic/32..63</c>).</summary>
internal static partial class WireReader
{
    [GeneratedRegex(@"\A(?<stem>[A-Za-z][A-Za-z0-9]*?)((?<first>[0-9]{1,5})\.\.(?<last>[0-9]{1,5}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Output { get; }

    [GeneratedRegex(@"\A(?<component>[a-z][a-z0-9-]*)/(?<stem>[A-Za-z]*)((?<first>[0-9]{1,5})(\.\.(?<last>[0-9]{1,5}))?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Input { get; }

    public static IEnumerable<WireDescription> Read(YamlField field, string path, ErrorList errors)
    {
        if (field.Value is not YamlScalar to)
            return Refuse(field.Value.Where, $"must be a wire's end such as plic/10, not {field.Value.Kind}");
        var output = Output.Match(field.Name);
        if (!output.Success) return Refuse(field.Where, "not an output; write a name such as irq, irq3 or irq0..31");
        var input = Input.Match(to.Text);
        if (!input.Success || IsEmptyInput(input)) return Refuse(to.Where, $"'{Fields.Short(to.Text)}' is not a wire's end; write component/input, such as cpu0/meip, plic/10 or plic/32..63");
        if (!output.Groups["last"].Success && !input.Groups["last"].Success)
            return [new WireDescription(field.Name, input.Groups["component"].Value, to.Text[(to.Text.IndexOf('/') + 1)..], field.Where)];
        return Run(output, input) ?? Refuse(field.Where, $"a run of outputs needs as long a run of inputs, rising, {DescriptionLimits.RangeLength} at most: irq0..31: plic/32..63");

        List<WireDescription> Refuse(SourceLocation where, string problem)
        {
            errors.Add(where, path, problem);
            return [];
        }

        IEnumerable<WireDescription>? Run(Match from, Match into)
        {
            var (first, last) = (Number(from, "first"), Number(from, "last"));
            var (firstInput, lastInput) = (Number(into, "first"), Number(into, "last"));
            if (last < first || last - first != lastInput - firstInput || last - first >= DescriptionLimits.RangeLength) return null;
            if (!from.Groups["last"].Success || !into.Groups["last"].Success) return null;
            return Enumerable.Range(0, last - first + 1).Select(i => new WireDescription(
                Join(from.Groups["stem"].Value, first + i), into.Groups["component"].Value, Join(into.Groups["stem"].Value, firstInput + i), field.Where));
        }
    }

    private static bool IsEmptyInput(Match input) => input.Groups["stem"].Length == 0 && !input.Groups["first"].Success;

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } found ? int.Parse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : -1;

    private static string Join(string stem, int number) => string.Create(CultureInfo.InvariantCulture, $"{stem}{number}");
}
