// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Migration;

/// <summary>How a board takes part in moves.</summary>
public sealed record MoveEndpointOptions
{
    /// <summary>The board's name: a level of its topics. 1 to 64 of <c>a-z 0-9 - _ .</c></summary>
    public required string Board { get; init; }

    /// <summary>The folder of the journals: one folder for each VM in it.</summary>
    public required string JournalFolder { get; init; }

    /// <summary>The first level of all topics.</summary>
    public string TopicRoot { get; init; } = "edgehypervisor/1";

    /// <summary>When an unanswered message is repeated the first time; doubled each time, up to <see cref="MaximumRetry"/>.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest time between two repetitions.</summary>
    public TimeSpan MaximumRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the other side may be silent before an attempt that is not committed is given up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of the data stream that may be under way at once.</summary>
    public int WindowBytes { get; init; } = 512 * 1024;

    /// <summary>Messages of the data stream that may be under way at once.</summary>
    public int WindowMessages { get; init; } = 8;

    /// <summary>The largest payload of a data message, whatever the broker would take: 120 KiB suits every broker.</summary>
    public int MaximumFrameBytes { get; init; } = 120 * 1024;

    /// <summary>How long a frozen VM waits for the destination before it runs on here.</summary>
    public TimeSpan FrozenPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most VMs that other boards may offer at once.</summary>
    public int MaximumIncoming { get; init; } = 64;

    /// <summary>
    /// Of how many VMs that were never here it is remembered for good that an attempt was refused after all had come; of more,
    /// the ones known longest are forgotten: their sources would have to send everything once more.
    /// </summary>
    public int MaximumRefused { get; init; } = 1000;
}
