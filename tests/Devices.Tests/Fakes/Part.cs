// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using EdgeHypervisor.Abstractions;

namespace Devices.Tests.Fakes;

/// <summary>Makes devices of a plugin with many by their ids, as the loader does.</summary>
internal static class Part
{
    public static IMmioDevice Create(Type ofPlugin, string id, FakeDeviceContext context)
    {
        var plugin = ofPlugin.Assembly.GetCustomAttributes<EdgePluginAttribute>().Single(plugin => plugin.Id == id);
        return (IMmioDevice)((IDevicePlugin)plugin.Create()).Create(context);
    }
}
