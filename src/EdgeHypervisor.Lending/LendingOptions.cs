// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Lending;

/// <summary>How a board lends and borrows.</summary>
public sealed record LendingOptions
{
    /// <summary>The board's name: a level of its topics.</summary>
    public required string Board { get; init; }

    /// <summary>The first levels of all topics.</summary>
    public string TopicRoot { get; init; } = "edgehypervisor/1";

    /// <summary>Where the highest epochs are kept under which VMs of other boards used something here; null: nowhere.</summary>
    public string? EpochsFile { get; init; }

    /// <summary>How long a borrower may be silent before this board takes everything back.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a borrower says that it is there when it has nothing else to say.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>After so long without a word from the lender the link counts as lost for the guest.</summary>
    public TimeSpan LossAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a guest waits for the end of a transaction.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a question to another board waits for its answer.</summary>
    public TimeSpan AnswerPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The most loans to one other board at a time.</summary>
    public int MaximumLoans { get; init; } = 64;

    /// <summary>Frames a second that one loan's borrower may send; what comes faster is dropped, and so sent again later.</summary>
    public int MaximumFramesPerSecond { get; init; } = 5_000;
}
