// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Descriptions;

/// <summary>Where one port of a VM leads, and on what terms.</summary>
public sealed record PortMapping
{
    /// <summary>The port.</summary>
    public required PortName Port { get; init; }

    /// <summary>The roles behind it: one, or the targets on an I2C bus.</summary>
    public required IReadOnlyList<MappingTarget> Targets { get; init; }

    /// <summary>How the peripheral is shared with other VMs.</summary>
    public AccessPolicy Access { get; init; }

    /// <summary>For <see cref="AccessPolicy.Priority"/>: the highest wins; 0 to 1000.</summary>
    public int Priority { get; init; }

    /// <summary>For <see cref="AccessPolicy.Lease"/>: milliseconds after the last use until another VM may take over.</summary>
    public int LeaseMs { get; init; } = 1000;

    /// <summary>How often it may be used; null for no limit.</summary>
    public BudgetDescription? Budget { get; init; }

    /// <summary>What becomes of the mapping when the VM moves to another board.</summary>
    public OnMove OnMove { get; init; }

    /// <summary>What the guest sees while the board with the peripheral is out of reach.</summary>
    public OnLinkLoss OnLinkLoss { get; init; }

    /// <summary>The state that an output goes to where <see cref="ReleaseAction.Safe"/> is asked for.</summary>
    public SafeState Safe { get; init; }

    /// <summary>What an output does while the VM is paused.</summary>
    public ReleaseAction OnPause { get; init; } = ReleaseAction.Hold;

    /// <summary>What an output does when the VM has been stopped.</summary>
    public ReleaseAction OnStop { get; init; } = ReleaseAction.Safe;

    /// <summary>What an output does when the VM has failed.</summary>
    public ReleaseAction OnFault { get; init; } = ReleaseAction.Safe;

    /// <summary>What an output does when the VM has gone to another board.</summary>
    public ReleaseAction OnHandover { get; init; } = ReleaseAction.Safe;

    /// <summary>What an output does while the service itself restarts.</summary>
    public ReleaseAction OnServiceRestart { get; init; } = ReleaseAction.Hold;

    /// <summary>What an output on another board does when that board has not heard of this one for the time of its lease.</summary>
    public ReleaseAction OnLeaseEnd { get; init; } = ReleaseAction.Safe;

    /// <summary>The board that has the peripheral, when the manifest says it; null for the board that the VM is on.</summary>
    public string? Board => Targets.Count > 0 ? Targets[0].Board : null;

    /// <summary>The same with its roles on a board; null for the board that the VM is on.</summary>
    public PortMapping On(string? board) => this with { Targets = [.. Targets.Select(target => target with { Board = board })] };

    /// <summary>Where it stands.</summary>
    public SourceLocation Where { get; init; } = SourceLocation.None;
}
