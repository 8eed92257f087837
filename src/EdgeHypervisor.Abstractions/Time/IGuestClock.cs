// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// The VM's own time in nanoseconds since it was created. It stands still while the VM is paused, never goes
/// backwards (not over a move either), and in deterministic mode counts instructions instead of following the host.
/// </summary>
/// <remarks>Use it on the VM's turn only.</remarks>
public interface IGuestClock
{
    /// <summary>Now, in nanoseconds of guest time.</summary>
    long NowNs { get; }

    /// <summary>A timer that calls <paramref name="due"/> on the VM's turn, at or after its deadline.</summary>
    IGuestTimer CreateTimer(Action due);
}
