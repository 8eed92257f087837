// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.BoardTests;

/// <summary>Waits for what will be so soon, with time enough for a slow machine.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    public static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        var end = TimeProvider.System.GetUtcNow() + Limit;
        while (!await isSo())
        {
            if (TimeProvider.System.GetUtcNow() > end) Assert.Fail($"not within {Limit.TotalSeconds} s: {what}\n{await Systemd.JournalTailAsync()}");
            await Task.Delay(10);
        }
    }

    public static Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);
}
