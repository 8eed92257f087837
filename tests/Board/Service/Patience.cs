// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.BoardTests;

/// <summary>
/// Waits for what will be so soon, with time enough for a slow machine. What is not so yet is looked at ever less often: looking
/// takes processor time from what is waited for.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(2), Longest = TimeSpan.FromMilliseconds(200);

    public static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        var start = Stopwatch.GetTimestamp();
        for (var pause = First; !await isSo(); pause = pause * 1.5 < Longest ? pause * 1.5 : Longest)
        {
            if (Stopwatch.GetElapsedTime(start) > Limit) await FailAsync(what);
            await Task.Delay(pause);
        }
    }

    /// <summary>The time is up.</summary>
    public static async Task FailAsync(string what) => Assert.Fail($"not within {Limit.TotalSeconds} s: {what}\n{await Systemd.JournalTailAsync()}");

    public static Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);
}
