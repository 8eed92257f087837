// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Descriptions;

/// <summary>The CPU of a machine.</summary>
public sealed record CoreDescription
{
    /// <summary>The plugin's id: <c>core.riscv</c>.</summary>
    public required string Plugin { get; init; }

    /// <summary>How many; they are called <c>cpu0</c>, <c>cpu1</c>, …</summary>
    public int Count { get; init; } = 1;

    /// <summary>What the plugin has to know.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it stands.</summary>
    public SourceLocation Where { get; init; } = SourceLocation.None;

    /// <summary>The options of one CPU, with those of a VM's manifest over those of the machine.</summary>
    public ComponentOptions CreateOptions(int index, IReadOnlyDictionary<string, string>? overrides = null)
    {
        var merged = new Dictionary<string, string>(Options, StringComparer.Ordinal);
        if (overrides is { Count: > 0 })
        {
            foreach (var (name, value) in overrides) merged[name] = value;
        }
        return new ComponentOptions("core cpu" + index.ToString(CultureInfo.InvariantCulture), merged);
    }
}
