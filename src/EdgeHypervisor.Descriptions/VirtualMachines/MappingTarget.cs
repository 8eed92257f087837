// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>A role behind a port.</summary>
/// <param name="Role">The peripheral's role on the board.</param>
/// <param name="Address">The I2C address under which the guest knows it; null for its own.</param>
public sealed record MappingTarget(string Role, int? Address = null);
