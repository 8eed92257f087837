// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.BoardTests;

/// <summary>The service as systemd sees it.</summary>
internal static partial class Systemd
{
    public const string Unit = "edge-hypervisor.service";
    public const int Kill = 9, Stop = 19;

    public static Task<string> DoAsync(params string[] verb) => Command.RunAsync("systemctl", [.. verb, Unit]);

    /// <summary>A property of the unit.</summary>
    public static async Task<string> ShowAsync(string property) =>
        (await Command.RunAsync("systemctl", "show", "--property", property, "--value", Unit)).Trim();

    /// <summary>The service's process; 0 while there is none.</summary>
    public static async Task<int> ProcessAsync() => int.Parse(await ShowAsync("MainPID"), CultureInfo.InvariantCulture);

    public static void Signal(int process, int signal) => Assert.Equal(0, SendSignal(process, signal));

    /// <summary>What the service has said in its present life, one message a line.</summary>
    public static async Task<string> LogAsync() => await Command.RunAsync(
        "journalctl", "--unit", Unit, "--output", "cat", "--no-pager", $"_SYSTEMD_INVOCATION_ID={await ShowAsync("InvocationID")}");

    /// <summary>What it and systemd have said of it in all of its lives, one message a line.</summary>
    public static Task<string> JournalAsync() => Command.RunAsync("journalctl", "--unit", Unit, "--output", "cat", "--no-pager");

    public static async Task<string> JournalTailAsync() =>
        (await Command.TryAsync("journalctl", "--unit", Unit, "--no-pager", "--lines", "25")).Output;

    /// <summary>Waits until another process than the given one is the service, and is ready.</summary>
    public static async Task<int> ReadyAgainAsync(int before)
    {
        var process = 0;
        await Patience.UntilAsync(
            async () => (process = await ProcessAsync()) != before && process != 0 && await ShowAsync("SubState") == "running",
            "the service is back");
        return process;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
