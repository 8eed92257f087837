// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Systemd;

/// <summary>The way to the service manager: the seam between the built-in adapter and the named package.</summary>
internal interface INotifyChannel
{
    /// <summary>Whether anybody listens.</summary>
    bool IsPresent { get; }

    /// <summary>Sends lines of <c>NAME=value</c>, with an open file if there is one.</summary>
    /// <param name="state">The lines, joined by line feeds.</param>
    /// <param name="descriptor">An open file to pass along, or null.</param>
    void Send(string state, int? descriptor = null);
}
