// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace EdgeHypervisor.Runtime;

/// <summary>Finds whose code threw when only the exception is left: work that was posted carries no name.</summary>
internal static class FaultOrigin
{
    private static readonly ComponentInfo Ports = new("ports", "ports", "");

    /// <summary>The first component whose class, or else its plugin's assembly, is on the stack of the exception, from the throw outwards.</summary>
    public static ComponentInfo Find(Exception exception, Machine machine)
    {
        foreach (var frame in new StackTrace(exception).GetFrames())
        {
            if (frame.GetMethod()?.DeclaringType is not { } type) continue;
            if ((Find(part => part == type, machine) ?? Find(part => part.Assembly == type.Assembly, machine)) is { } component) return component;
        }
        return Ports;
    }

    private static ComponentInfo? Find(Predicate<Type> isIt, Machine machine)
    {
        foreach (var device in machine.Devices)
        {
            if (isIt(device.Part.GetType())) return device.Info;
        }
        foreach (var core in machine.Cores)
        {
            if (isIt(core.Part.GetType())) return core.Info;
        }
        return null;
    }
}
