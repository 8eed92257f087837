// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeHypervisor.Host.Systemd;

/// <summary>The channel on the Microsoft.Extensions.Hosting.Systemd package, which has no way to pass files: those take the built-in one.</summary>
internal sealed class HostingSystemdChannel(ISystemdNotifier notifier, NotifySocket files, Action<string> report) : INotifyChannel
{
    public bool IsPresent => notifier.IsEnabled;

    public void Send(string state, int? descriptor = null)
    {
        if (descriptor is not null)
        {
            files.Send(state, descriptor);
            return;
        }
        try
        {
            notifier.Notify(new ServiceState(state));
        }
        catch (System.Net.Sockets.SocketException e)
        {
            report($"systemd cannot be told '{state.Split('\n')[0]}': {e.Message}");
        }
    }
}
