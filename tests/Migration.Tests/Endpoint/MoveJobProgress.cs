// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Migration;
using EdgeHypervisor.Transports.Tests;

namespace Migration.Tests;

/// <summary>How far a move is.</summary>
internal static class MoveJobProgress
{
    /// <summary>Waits until it has sent so many bytes, or is over.</summary>
    public static async Task HasSentAsync(this MoveJob job, long bytes)
    {
        var patience = Patience.Token;
        while (job.Progress.BytesSent < bytes && !job.Completion.IsCompleted) await Task.Delay(1, patience);
    }
}
