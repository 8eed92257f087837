// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Systemd;

/// <summary>
/// What the service tells systemd, and what it got from it (sd_notify(3), sd_listen_fds(3)). Without systemd everything is
/// accepted and goes nowhere. Thread-safe; never throws for a service manager that does not answer.
/// </summary>
internal interface IServiceManager
{
    /// <summary>Whether anybody listens.</summary>
    bool IsPresent { get; }

    /// <summary>How often at the latest <see cref="KeepAlive"/> has to be called; null when nobody watches.</summary>
    TimeSpan? WatchdogInterval { get; }

    /// <summary>Open files that were kept for us over a restart, or opened for us. Whoever takes one owns it.</summary>
    IReadOnlyList<InheritedFile> InheritedFiles { get; }

    /// <summary>The service works; also ends a reload.</summary>
    void Ready(string status);

    /// <summary>The configuration is being read again; <see cref="Ready"/> has to follow.</summary>
    void Reloading();

    /// <summary>The service is about to end.</summary>
    void Stopping();

    /// <summary>One line for <c>systemctl status</c>.</summary>
    void Status(string text);

    /// <summary>The watchdog's food.</summary>
    void KeepAlive();

    /// <summary>
    /// Asks for more time, from now, before a start, a stop or the watchdog counts as failed: while a large image is loaded,
    /// for example.
    /// </summary>
    void ExtendTimeout(TimeSpan time);

    /// <summary>Has an open file kept over a restart of the service, so that an output line keeps its level.</summary>
    void KeepFile(string name, int descriptor);

    /// <summary>A kept file is not needed any more.</summary>
    void ForgetFile(string name);
}
