// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;
using EdgeHypervisor.Descriptions;

namespace EdgeHypervisor.Boards;

/// <summary>Which policies fit which peripherals, and each other.</summary>
internal static class AccessRules
{
    private static readonly AccessPolicy[] Outputs =
        [AccessPolicy.Exclusive, AccessPolicy.Shared, AccessPolicy.Owner, AccessPolicy.Priority, AccessPolicy.WiredAnd, AccessPolicy.WiredOr, AccessPolicy.Lease];

    private static readonly AccessPolicy[] Settings = [AccessPolicy.Exclusive, AccessPolicy.Priority, AccessPolicy.Lease];
    private static readonly AccessPolicy[] Buses = [AccessPolicy.Exclusive, AccessPolicy.Shared, AccessPolicy.Lease];
    private static readonly AccessPolicy[] Lines = [AccessPolicy.Exclusive, AccessPolicy.Shared];

    /// <summary>The policies that make sense for a kind of peripheral.</summary>
    public static IReadOnlyList<AccessPolicy> For(PeripheralKind kind) => kind switch
    {
        PeripheralKind.Gpio => Outputs,
        PeripheralKind.Led or PeripheralKind.Pwm => Settings,
        PeripheralKind.Serial => Lines,
        _ => Buses,
    };

    /// <summary>Why two users cannot have a peripheral together, or null when they can.</summary>
    public static string? Conflict(AccessPolicy wanted, AccessPolicy present)
    {
        if (present == AccessPolicy.Exclusive) return "has it exclusively";
        if (wanted == AccessPolicy.Exclusive) return $"has it too (access: {Quantity.ToKebabCase(present.ToString())}), so it cannot be exclusive";
        if (wanted == AccessPolicy.Shared || present == AccessPolicy.Shared) return null;
        if (wanted == AccessPolicy.Owner && present == AccessPolicy.Owner) return "owns it";
        return wanted == present ? null : $"shares it by another policy (access: {Quantity.ToKebabCase(present.ToString())})";
    }
}
