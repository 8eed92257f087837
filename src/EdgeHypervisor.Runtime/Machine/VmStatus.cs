// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Runtime;

/// <summary>Where a VM is in its life, and why.</summary>
/// <param name="State">Where.</param>
/// <param name="Cause">Why.</param>
/// <param name="Component">For a fault: which core or device, and its plugin.</param>
/// <param name="Detail">For a fault: what happened.</param>
/// <param name="ExitCode">After the guest switched itself off: its exit code, zero for success.</param>
/// <param name="WatchedAddress">At a watchpoint: the first watched byte that was changed.</param>
public sealed record VmStatus(VmState State, VmCause Cause, ComponentInfo? Component = null, string? Detail = null, int? ExitCode = null, ulong? WatchedAddress = null)
{
    /// <summary>One line for people: <c>faulted: device uart0 (device.uart.16550 0.1.0): …</c>.</summary>
    public override string ToString()
    {
        var state = Quantity.ToKebabCase(State.ToString());
        return Cause switch
        {
            VmCause.GuestPowerOff => $"{state}: the guest switched itself off with exit code {ExitCode}",
            VmCause.GuestFault => $"{state}: the guest cannot go on: {Component}: {Detail}",
            VmCause.PluginFault => $"{state}: a plugin failed: {Component}: {Detail}",
            VmCause.Breakpoint when WatchedAddress is { } address => $"{state}: the watched byte at 0x{address:x} was changed",
            VmCause.Breakpoint => $"{state}: at a breakpoint",
            _ => state,
        };
    }
}
