// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>What a core is given. Everything here lives as long as the core and is used on the VM's turn only.</summary>
public interface ICoreContext
{
    /// <summary>The core's name in the machine: <c>cpu0</c>.</summary>
    string Name { get; }

    /// <summary>Which of the machine's cores this is, from 0: the hart id on RISC-V.</summary>
    int Index { get; }

    /// <summary>The core's options in the machine description, such as <c>isa</c>.</summary>
    ComponentOptions Options { get; }

    /// <summary>RAM and ROM.</summary>
    IGuestMemory Memory { get; }

    /// <summary>Everything else.</summary>
    IBus Bus { get; }

    /// <summary>The VM's time.</summary>
    IGuestClock Clock { get; }

    /// <summary>
    /// Whether the same inputs must give the same run, bit for bit: instruction counts and interrupt points are then
    /// exact, and translation may not trade them for speed.
    /// </summary>
    bool Deterministic { get; }

    /// <summary>Power off and reset of the whole VM, for architectures in which the core itself asks for them.</summary>
    IMachineControl Machine { get; }

    /// <summary>
    /// The wall clock in nanoseconds since 1970-01-01 UTC. In a deterministic VM it is guest time, so that a run can be
    /// repeated; it may jump when a VM moves.
    /// </summary>
    long WallClockNs => Clock.NowNs;

    /// <summary>The serial port of the core's name, for a program that talks to the host through its core; null where there is none.</summary>
    IUartPort? Uart() => null;
}
