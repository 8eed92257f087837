// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>The words of sd_notify(3), spoken over either channel.</summary>
internal sealed class ServiceManager(INotifyChannel channel, ServiceEnvironment environment) : IServiceManager
{
    public bool IsPresent => channel.IsPresent;

    public TimeSpan? WatchdogInterval { get; } = environment.WatchdogInterval;

    public IReadOnlyList<InheritedFile> InheritedFiles { get; } = environment.InheritedFiles;

    public void Ready(string status) => channel.Send($"READY=1\nSTATUS={OneLine(status)}");

    // systemd tells by the time whether a later READY belongs to this reload (Type=notify-reload).
    public void Reloading() => channel.Send($"RELOADING=1\nMONOTONIC_USEC={MonotonicMicroseconds()}");

    public void Stopping() => channel.Send("STOPPING=1");

    public void Status(string text) => channel.Send($"STATUS={OneLine(text)}");

    public void KeepAlive() => channel.Send("WATCHDOG=1");

    public void ExtendTimeout(TimeSpan time) => channel.Send(Invariant($"EXTEND_TIMEOUT_USEC={(long)time.TotalMicroseconds}"));

    public void KeepFile(string name, int descriptor) => channel.Send($"FDSTORE=1\nFDNAME={VerifyName(name)}", descriptor);

    public void ForgetFile(string name) => channel.Send($"FDSTOREREMOVE=1\nFDNAME={VerifyName(name)}");

    // CLOCK_MONOTONIC, which is what Stopwatch reads on Linux.
    private static string MonotonicMicroseconds() =>
        Invariant($"{(long)(Stopwatch.GetTimestamp() * (1_000_000.0 / Stopwatch.Frequency))}");

    // A line feed would begin another assignment.
    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    // The rules of FDNAME: at most 255 ASCII characters, no control characters, no colon.
    private static string VerifyName(string name) =>
        name.Length is > 0 and <= 255 && name.All(c => c is > ' ' and < (char)127 and not ':')
            ? name
            : throw new ArgumentException($"'{name}' cannot name a kept file: wanted are 1 to 255 printable ASCII characters, no colon", nameof(name));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
