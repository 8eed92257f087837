// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A role behind a port.</summary>
/// <param name="Role">The peripheral's role on its board.</param>
/// <param name="Address">The I2C address under which the guest knows it; null for its own.</param>
/// <param name="Board">The board that has it, when that is said: <c>pocket/bme280</c>. Null for the board that the VM is on.</param>
public sealed record MappingTarget(string Role, int? Address = null, string? Board = null)
{
    /// <summary>The role as a manifest writes it.</summary>
    public string Name => Board is null ? Role : $"{Board}/{Role}";
}
