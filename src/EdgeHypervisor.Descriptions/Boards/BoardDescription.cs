// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A board: its real things under role names (<c>kind: Board</c>).</summary>
public sealed record BoardDescription : IDescription
{
    /// <summary>The board's name, unique in its fleet.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The hardware it is written for, as the device tree's <c>model</c> begins; empty for any.</summary>
    public string Model { get; init; } = "";

    /// <summary>For placement in a fleet.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Which other boards may borrow its peripherals, where a peripheral says nothing else.</summary>
    public LendRule Lend { get; init; } = LendRule.Default;

    /// <summary>Everything the board has to offer, in the order of the file.</summary>
    public required IReadOnlyList<PeripheralDescription> Peripherals { get; init; }

    /// <summary>The connector, for drawings; null where it is not described.</summary>
    public HeaderDescription? Header { get; init; }

    /// <inheritdoc/>
    public SourceLocation Where { get; init; } = SourceLocation.None;

    /// <summary>The peripheral with a role, or null.</summary>
    public PeripheralDescription? Find(string role) => Peripherals.FirstOrDefault(peripheral => peripheral.Role == role);
}
