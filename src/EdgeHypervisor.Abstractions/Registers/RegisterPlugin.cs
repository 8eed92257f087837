// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace EdgeHypervisor.Abstractions;

/// <summary>
/// Makes register devices of one type, so that a plugin of many devices says who they are in a line for each:
/// <c>[assembly: EdgePlugin&lt;NrfPlugin&lt;NrfUart&gt;&gt;("device.nrf51.uart")]</c>, where <c>NrfPlugin</c> is the plugin's own
/// name for this. The device takes an <see cref="IDeviceContext"/> in its only constructor, and reads its options there.
/// </summary>
/// <typeparam name="TDevice">The device.</typeparam>
public abstract class RegisterPlugin<TDevice> : IDevicePlugin
    where TDevice : RegisterDevice
{
    private const BindingFlags Constructor = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions;

    /// <inheritdoc/>
    public IDevice Create(IDeviceContext context)
    {
        var device = (IDevice)Activator.CreateInstance(typeof(TDevice), Constructor, null, [context], null)!;
        context.Options.RefuseUnknown();
        return device;
    }
}
