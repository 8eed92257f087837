// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>What systemd says in a service's environment variables (sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3)).</summary>
/// <param name="find">Reads a variable; null where it is not set.</param>
/// <param name="processId">Our own process, since a variable may be meant for a parent.</param>
internal sealed class ServiceEnvironment(Func<string, string?> find, int processId)
{
    private const int FirstDescriptor = 3;
    private const int MaximumDescriptors = 4096;

    /// <summary>This process's.</summary>
    public static ServiceEnvironment Current { get; } = new(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>Where to send notifications: a path, or <c>@name</c> in the abstract namespace; null when nobody listens.</summary>
    public string? NotifySocket => find("NOTIFY_SOCKET") is ['/' or '@', _, ..] path ? path : null;

    /// <summary>How often the watchdog wants to hear from us; null when there is none.</summary>
    public TimeSpan? WatchdogInterval =>
        IsForUs("WATCHDOG_PID", missingMeansUs: true) && TryReadNumber("WATCHDOG_USEC", out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>The open files that we were started with, from descriptor 3 on.</summary>
    public IReadOnlyList<InheritedFile> InheritedFiles
    {
        get
        {
            if (!IsForUs("LISTEN_PID", missingMeansUs: false) || !TryReadNumber("LISTEN_FDS", out var count)) return [];
            var names = find("LISTEN_FDNAMES")?.Split(':') ?? [];
            return [.. Enumerable.Range(0, (int)Math.Min(count, MaximumDescriptors))
                .Select(i => new InheritedFile(i < names.Length ? names[i] : "unknown", FirstDescriptor + i))];
        }
    }

    private bool IsForUs(string name, bool missingMeansUs) => find(name) is null
        ? missingMeansUs
        : TryReadNumber(name, out var id) && id == processId;

    private bool TryReadNumber(string name, out long value) =>
        long.TryParse(find(name), NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
