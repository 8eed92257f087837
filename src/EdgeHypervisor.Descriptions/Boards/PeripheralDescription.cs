// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Descriptions;

/// <summary>One real thing of a board.</summary>
public sealed record PeripheralDescription
{
    /// <summary>The name by which manifests ask for it: <c>relay1</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The driver's id without the word <c>driver</c>: <c>linux.gpio</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>What the driver has to know; its plugin checks it.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The physical pins of the header that it uses; empty where that means nothing.</summary>
    public IReadOnlyList<int> Pins { get; init; } = [];

    /// <summary>For people: voltage, wiring, what else the pin can do.</summary>
    public string Note { get; init; } = "";

    /// <summary>Which other boards may borrow it; null for the board's own rule.</summary>
    public LendRule? Lend { get; init; }

    /// <summary>Where it stands.</summary>
    public SourceLocation Where { get; init; } = SourceLocation.None;

    /// <summary>The driver plugin's id: <c>driver.linux.gpio</c>.</summary>
    public string PluginId => $"driver.{Driver}";

    /// <summary>The options as a driver reads them; each call makes its own, since asking is recorded.</summary>
    public ComponentOptions CreateOptions() => new($"peripheral {Role}", Options);
}
