// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Runtime;

/// <summary>A wire from a device's output to an input: <c>irq → plic/10</c>, <c>mtip0 → cpu0/mtip</c>.</summary>
/// <param name="Output">The device's name for its output.</param>
/// <param name="Target">The component that has the input.</param>
/// <param name="Input">A controller's number, or a core's name for it.</param>
public sealed record WireSpec(string Output, string Target, string Input)
{
    /// <summary>
    /// Reads one entry of a machine's wires; <c>irq0..3</c> to <c>plic/64..67</c> is short for four of them.
    /// </summary>
    /// <param name="device">Whose output, for messages.</param>
    /// <param name="output">The output, or a range of outputs.</param>
    /// <param name="to">The input, or a range of as many inputs.</param>
    /// <exception cref="MachineException">Not written that way, or the ranges differ in length.</exception>
    public static IEnumerable<WireSpec> Parse(string device, string output, string to)
    {
        var slash = to.IndexOf('/');
        if (slash <= 0 || slash == to.Length - 1)
            throw new MachineException($"wire {device}/{output}", $"'{to}' is not an input such as plic/10 or cpu0/mtip");
        var target = to[..slash];
        var outputs = Expand(device, output, output);
        var inputs = Expand(device, output, to[(slash + 1)..]);
        if (outputs.Count != inputs.Count)
            throw new MachineException($"wire {device}/{output}", $"{outputs.Count} outputs do not fit the {inputs.Count} inputs of '{to}'");
        return outputs.Zip(inputs, (from, input) => new WireSpec(from, target, input));
    }

    private static List<string> Expand(string device, string output, string text)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0) return [text];
        var digits = dots;
        while (digits > 0 && char.IsAsciiDigit(text[digits - 1])) digits--;
        if (!int.TryParse(text.AsSpan(digits, dots - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(text.AsSpan(dots + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || last < first || last - first >= 4096)
            throw new MachineException($"wire {device}/{output}", $"'{text}' is not a range such as 0..31");
        return [.. Enumerable.Range(first, last - first + 1).Select(n => string.Create(CultureInfo.InvariantCulture, $"{text[..digits]}{n}"))];
    }
}
