// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions.Reading;
using EdgeHypervisor.Descriptions.Yaml;

namespace EdgeHypervisor.Descriptions;

/// <summary>Reads wires, one (<c>irq: plic/10</c>) or a run of them (<c>irq0..31: plic/32..63</c>).</summary>
internal static class WireReader
{
    private static readonly NamePattern Component = new(mayBeginWithDigit: false, "-", int.MaxValue);

    public static WireDescription[] Read(YamlField field, string path, ErrorList errors)
    {
        if (field.Value is not YamlScalar to)
            return Refuse(field.Value.Where, $"must be a wire's end such as plic/10, not {field.Value.Kind}");
        if (WireEnd.ParseOutput(field.Name) is not { } output) return Refuse(field.Where, "not an output; write a name such as irq, irq3 or irq0..31");
        var slash = to.Text.IndexOf('/');
        if (slash < 0 || !Component.IsMatch(to.Text.AsSpan(0, slash)) || WireEnd.ParseInput(to.Text[(slash + 1)..]) is not { } input)
            return Refuse(to.Where, $"'{Fields.Short(to.Text)}' is not a wire's end; write component/input, such as cpu0/meip, plic/10 or plic/32..63");
        var component = to.Text[..slash];
        if (output.Last is null && input.Last is null) return [new WireDescription(field.Name, component, to.Text[(slash + 1)..], field.Where)];
        return Run(component, output, input) ?? Refuse(field.Where, $"a run of outputs needs as long a run of inputs, rising, {DescriptionLimits.RangeLength} at most: irq0..31: plic/32..63");

        WireDescription[] Refuse(SourceLocation where, string problem)
        {
            errors.Add(where, path, problem);
            return [];
        }

        WireDescription[]? Run(string component, WireEnd from, WireEnd into)
        {
            if (from is not { First: { } first, Last: { } last } || into is not { First: { } firstInput, Last: { } lastInput }) return null;
            if (last < first || last - first != lastInput - firstInput || last - first >= DescriptionLimits.RangeLength) return null;
            var wires = new WireDescription[last - first + 1];
            for (var i = 0; i < wires.Length; i++) wires[i] = new WireDescription(from.With(first + i), component, into.With(firstInput + i), field.Where);
            return wires;
        }
    }
}
