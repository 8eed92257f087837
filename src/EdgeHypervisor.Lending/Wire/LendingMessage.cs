// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>A message that is signed and encrypted for one board; few of them go before the frames of a loan.</summary>
internal sealed record LendingMessage
{
    public required LendingMessageKind Kind { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    /// <summary>Drawn by the borrower for each question and each loan; what answers it repeats it.</summary>
    public required ulong Attempt { get; init; }

    /// <summary>What tells the VM from others that have or had its name; empty: its name.</summary>
    public string Vm { get; init; } = "";

    /// <summary>Under which number the VM runs on the borrower's board.</summary>
    public ulong Epoch { get; init; }

    /// <summary>The VM's name and what of its manifest is for this lender, as a manifest.</summary>
    public string Terms { get; init; } = "";

    public IReadOnlyList<AskedPort> Ports { get; init; } = [];

    public IReadOnlyList<PortAnswer> Answers { get; init; } = [];

    /// <summary>Half of what the keys of the frames are made from.</summary>
    public ReadOnlyMemory<byte> KeyShare { get; init; }

    /// <summary>Why not, in a word for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long a borrower may be silent before everything is taken back.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>How long the sender kept the message that it answers.</summary>
    public TimeSpan Held { get; init; }
}
