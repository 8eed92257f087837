// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using EdgeHypervisor.Host.Systemd;
using Microsoft.Win32.SafeHandles;

namespace EdgeHypervisor.Host.Tests.Systemd;

/// <summary>What systemd hears, on a real socket.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private readonly NotifyListener _systemd = new();
    private readonly List<string> _reports = [];

    public void Dispose() => _systemd.Dispose();

    [Fact]
    public void Each_word_arrives_as_sd_notify_spells_it()
    {
        var manager = ManagerFor(_systemd.Path);
        Assert.True(manager.IsPresent);
        manager.Ready("2 VMs run");
        Assert.Equal(["READY=1", "STATUS=2 VMs run"], _systemd.Receive());
        manager.Status("line one\nREADY=1");
        Assert.Equal(["STATUS=line one READY=1"], _systemd.Receive());
        manager.KeepAlive();
        Assert.Equal(["WATCHDOG=1"], _systemd.Receive());
        manager.ExtendTimeout(TimeSpan.FromSeconds(90));
        Assert.Equal(["EXTEND_TIMEOUT_USEC=90000000"], _systemd.Receive());
        manager.Stopping();
        Assert.Equal(["STOPPING=1"], _systemd.Receive());
    }

    [Fact]
    public void A_reload_carries_the_monotonic_time()
    {
        var before = MonotonicMicroseconds();
        ManagerFor(_systemd.Path).Reloading();
        var lines = _systemd.Receive();
        Assert.Equal("RELOADING=1", lines[0]);
        Assert.StartsWith("MONOTONIC_USEC=", lines[1]);
        var sent = long.Parse(lines[1]["MONOTONIC_USEC=".Length..], CultureInfo.InvariantCulture);
        Assert.InRange(sent, before, MonotonicMicroseconds());
    }

    [Fact]
    public void An_abstract_socket_works_too()
    {
        using var systemd = new NotifyListener(isAbstract: true);
        ManagerFor(systemd.Path).Stopping();
        Assert.Equal(["STOPPING=1"], systemd.Receive());
    }

    [Fact]
    public void A_kept_file_arrives_open()
    {
        var path = Path.GetTempFileName();
        using (var file = File.Open(path, FileMode.Open))
        {
            file.Write("relay1 is on"u8);
            file.Flush();
            ManagerFor(_systemd.Path).KeepFile("line.relay1", (int)file.SafeFileHandle.DangerousGetHandle());
        }
        var (lines, descriptor) = _systemd.ReceiveWithFile();
        Assert.Equal(["FDSTORE=1", "FDNAME=line.relay1"], lines);
        // The sender has closed its own by now: what came is a file of its own, at the place the sender left it.
        using var received = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.ReadWrite);
        received.Position = 0;
        using var reader = new StreamReader(received);
        Assert.Equal("relay1 is on", reader.ReadToEnd());
        File.Delete(path);
    }

    [Fact]
    public void A_kept_file_can_be_forgotten()
    {
        ManagerFor(_systemd.Path).ForgetFile("line.relay1");
        Assert.Equal(["FDSTOREREMOVE=1", "FDNAME=line.relay1"], _systemd.Receive());
    }

    [Theory]
    [InlineData(""), InlineData("a:b"), InlineData("a\nREADY=1"), InlineData("ü")]
    public void A_name_that_systemd_would_not_take_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => ManagerFor(_systemd.Path).KeepFile(name, 0));

    [Fact]
    public void Without_systemd_everything_goes_nowhere()
    {
        var manager = ManagerFor(null);
        Assert.False(manager.IsPresent);
        manager.Ready("x");
        manager.KeepAlive();
        manager.KeepFile("x", 0);
        Assert.Empty(_reports);
    }

    [Fact]
    public void A_systemd_that_does_not_answer_is_reported_and_stops_nothing()
    {
        ManagerFor("/no/such/socket").Ready("x");
        Assert.Contains("systemd cannot be told 'READY=1'", Assert.Single(_reports));
    }

    [Theory]
    [InlineData("relative"), InlineData(""), InlineData("@"), InlineData("/")]
    public void A_socket_name_that_means_nothing_counts_as_none(string path) => Assert.False(ManagerFor(path).IsPresent);

    [Fact]
    public void The_watchdogs_interval_is_read_if_it_is_meant_for_us()
    {
        Assert.Equal(TimeSpan.FromSeconds(20), EnvironmentOf(("WATCHDOG_USEC", "20000000")).WatchdogInterval);
        Assert.Equal(TimeSpan.FromSeconds(20), EnvironmentOf(("WATCHDOG_USEC", "20000000"), ("WATCHDOG_PID", "42")).WatchdogInterval);
        Assert.Null(EnvironmentOf(("WATCHDOG_USEC", "20000000"), ("WATCHDOG_PID", "43")).WatchdogInterval);
        Assert.Null(EnvironmentOf(("WATCHDOG_USEC", "soon")).WatchdogInterval);
        Assert.Null(EnvironmentOf().WatchdogInterval);
    }

    [Fact]
    public void Inherited_files_have_their_names_if_they_are_meant_for_us()
    {
        Assert.Equal(
            [new InheritedFile("line.relay1", 3), new InheritedFile("control", 4), new InheritedFile("unknown", 5)],
            EnvironmentOf(("LISTEN_PID", "42"), ("LISTEN_FDS", "3"), ("LISTEN_FDNAMES", "line.relay1:control")).InheritedFiles);
        Assert.Empty(EnvironmentOf(("LISTEN_PID", "43"), ("LISTEN_FDS", "3")).InheritedFiles);
        Assert.Empty(EnvironmentOf(("LISTEN_FDS", "3")).InheritedFiles);
        Assert.Empty(EnvironmentOf(("LISTEN_PID", "42"), ("LISTEN_FDS", "-1")).InheritedFiles);
    }

    private static long MonotonicMicroseconds() => (long)(Stopwatch.GetTimestamp() * (1_000_000.0 / Stopwatch.Frequency));

    private static ServiceEnvironment EnvironmentOf(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(v => v.Name == name).Value, processId: 42);

    private ServiceManager ManagerFor(string? socket)
    {
        var environment = socket is null ? EnvironmentOf() : EnvironmentOf(("NOTIFY_SOCKET", socket));
        return new ServiceManager(new NotifySocket(environment, _reports.Add), environment);
    }
}
