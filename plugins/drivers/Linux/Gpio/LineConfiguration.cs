// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Drivers.Linux;

/// <summary>Puts what each line is to be into the kernel's form: flags for all, and attributes for groups of lines.</summary>
internal static class LineConfiguration
{
    /// <summary>False when the lines differ in more ways than the kernel has attributes for (ten).</summary>
    public static bool TryFill(ref GpioUapi.LineConfig config, ReadOnlySpan<HeldLine> lines, ulong levels)
    {
        config.Flags = lines[0].Flags;
        ulong outputs = 0, told = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if ((lines[i].Flags & GpioUapi.Flags.Output) != 0) outputs |= 1UL << i;
            if (lines[i].Flags == config.Flags || (told & (1UL << i)) != 0) continue;
            var alike = Alike(lines, i, (one, other) => one.Flags == other.Flags);
            told |= alike;
            if (!TryAdd(ref config, GpioUapi.AttributeId.Flags, (ulong)lines[i].Flags, alike)) return false;
        }
        return (outputs == 0 || TryAdd(ref config, GpioUapi.AttributeId.OutputValues, levels & outputs, outputs)) && TryAddDebounce(ref config, lines);
    }

    private static bool TryAddDebounce(ref GpioUapi.LineConfig config, ReadOnlySpan<HeldLine> lines)
    {
        ulong told = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].DebounceUs == 0 || (lines[i].Flags & GpioUapi.Flags.Input) == 0 || (told & (1UL << i)) != 0) continue;
            var alike = Alike(lines, i, (one, other) => one.DebounceUs == other.DebounceUs && (other.Flags & GpioUapi.Flags.Input) != 0);
            told |= alike;
            if (!TryAdd(ref config, GpioUapi.AttributeId.Debounce, lines[i].DebounceUs, alike)) return false;
        }
        return true;
    }

    private static ulong Alike(ReadOnlySpan<HeldLine> lines, int index, Func<HeldLine, HeldLine, bool> areAlike)
    {
        ulong mask = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (areAlike(lines[index], lines[i])) mask |= 1UL << i;
        }
        return mask;
    }

    private static bool TryAdd(ref GpioUapi.LineConfig config, GpioUapi.AttributeId id, ulong value, ulong mask)
    {
        if (config.AttributeCount == GpioUapi.MostAttributes) return false;
        config.Attributes[(int)config.AttributeCount++] = new GpioUapi.ConfigAttribute
        {
            Attribute = new GpioUapi.Attribute { Id = id, Value = value },
            Mask = mask,
        };
        return true;
    }
}
