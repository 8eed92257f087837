// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Host.Systemd;

namespace EdgeHypervisor.Host.Tests.Systemd;

internal sealed class Probe : IWatchdogProbe
{
    public string? Problem { get; set; }

    public Moment Asked { get; } = new();

    public string? FindProblem()
    {
        Asked.Happen();
        return Problem;
    }
}
