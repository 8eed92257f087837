// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>A peripheral as it is now.</summary>
/// <param name="Description">What the board file says of it.</param>
/// <param name="Kind">What it is; null where its driver is missing.</param>
/// <param name="IsOpen">Whether it has been opened.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
/// <param name="Users">The VMs' ports that it is promised to.</param>
/// <param name="Counts">What has happened at it.</param>
/// <param name="Level">The logical level of a digital line; null for others and where it is not open.</param>
/// <param name="Direction">The direction of a digital line; null for others and where it is not open.</param>
/// <param name="IsSimulated">Whether its outside can be changed.</param>
/// <param name="Observed">What can be seen of a simulated one from outside, by name.</param>
public sealed record PeripheralStatus(
    PeripheralDescription Description,
    PeripheralKind? Kind,
    bool IsOpen,
    string? Problem,
    IReadOnlyList<PeripheralUse> Users,
    PeripheralCounts Counts,
    bool? Level,
    GpioDirection? Direction,
    bool IsSimulated,
    IReadOnlyDictionary<string, string> Observed);
