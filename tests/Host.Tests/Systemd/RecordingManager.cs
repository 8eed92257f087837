// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Host.Systemd;

namespace EdgeHypervisor.Host.Tests.Systemd;

/// <summary>A service manager that remembers how often its watchdog was fed, and what it was to keep.</summary>
internal sealed class RecordingManager : IServiceManager
{
    public bool IsPresent => true;

    public TimeSpan? WatchdogInterval { get; set; }

    public IReadOnlyList<InheritedFile> InheritedFiles { get; set; } = [];

    public List<string> Kept { get; } = [];

    public int Fed { get; private set; }

    public Moment FedNext { get; } = new();

    public void KeepAlive()
    {
        Fed++;
        FedNext.Happen();
    }

    public void Ready(string status) { }

    public void Reloading() { }

    public void Stopping() { }

    public void Status(string text) { }

    public void ExtendTimeout(TimeSpan time) { }

    public void KeepFile(string name, int descriptor) => Kept.Add($"keep {name}");

    public void ForgetFile(string name) => Kept.Add($"forget {name}");
}
