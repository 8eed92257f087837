// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Lending;
using EdgeHypervisor.Migration;
using Microsoft.Extensions.Logging;

namespace EdgeHypervisor.Host;

/// <summary>The service's settings, checked.</summary>
internal sealed record DaemonOptions
{
    /// <summary>The board's description.</summary>
    public required string BoardFile { get; init; }

    /// <summary>The board's name in the fleet; null: the description's.</summary>
    public string? Name { get; init; }

    /// <summary>Where everything is kept that must survive.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the control API listens.</summary>
    public required string SocketPath { get; init; }

    /// <summary>How boards take part in moves when nothing else is said.</summary>
    public static MoveEndpointOptions UsualMoving { get; } = new() { Board = "", JournalFolder = "" };

    /// <summary>How they lend peripherals when nothing else is said.</summary>
    public static LendingOptions UsualLending { get; } = new() { Board = "" };

    /// <summary>Where plugins are looked for, the most important first.</summary>
    public required IReadOnlyList<string> PluginFolders { get; init; }

    /// <summary>Where machine descriptions are looked for, the most important first.</summary>
    public required IReadOnlyList<string> MachineFolders { get; init; }

    /// <summary>How often running VMs are saved; null: only when the service ends.</summary>
    public TimeSpan? Checkpoint { get; init; }

    /// <summary>Threads that run VMs.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The least that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Guest memory of all VMs together, in bytes.</summary>
    public long GuestMemoryBytes { get; init; }

    /// <summary>The list of who may command over the transport; null: everybody whom the broker lets in.</summary>
    public string? OperatorsFile { get; init; }

    /// <summary>What the board is called by when a place for a VM is looked for.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>How VMs are moved when nothing else is said.</summary>
    public MoveOptions Moves { get; init; } = new();

    /// <summary>How long another board may be silent during a move before it is given up.</summary>
    public TimeSpan MovePatience { get; init; } = UsualMoving.Patience;

    /// <summary>The same while the VM stands still.</summary>
    public TimeSpan MoveFrozenPatience { get; init; } = UsualMoving.FrozenPatience;

    /// <summary>How much of VMs that have left is kept for their return, in bytes.</summary>
    public long KnownPagesBytes { get; init; }

    /// <summary>How peripherals are lent and borrowed; the board's name is not in it.</summary>
    public LendingOptions Lending { get; init; } = UsualLending;

    /// <summary>How the other boards are reached; null: not at all.</summary>
    public TransportSettings? Transport { get; init; }
}
