// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Systemd;

/// <summary>Looks whether a part of the service still works. Quick, and from any thread.</summary>
internal interface IWatchdogProbe
{
    /// <summary>What does not work any more, or null.</summary>
    string? FindProblem();
}
