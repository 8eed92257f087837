// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;

namespace EdgeHypervisor.Runtime;

/// <summary>Finds whose code threw when only the exception is left: work that was posted carries no name.</summary>
internal static class FaultOrigin
{
    private static readonly ComponentInfo Ports = new("ports", "ports", "");

    /// <summary>The first component whose plugin's assembly is on the stack of the exception, from the throw outwards.</summary>
    public static ComponentInfo Find(Exception exception, Machine machine)
    {
        foreach (var frame in new StackTrace(exception).GetFrames())
        {
            var assembly = frame.GetMethod()?.DeclaringType?.Assembly;
            if (assembly is not null && Find(assembly, machine) is { } component) return component;
        }
        return Ports;
    }

    private static ComponentInfo? Find(Assembly assembly, Machine machine)
    {
        foreach (var device in machine.Devices)
        {
            if (device.Part.GetType().Assembly == assembly) return device.Info;
        }
        foreach (var core in machine.Cores)
        {
            if (core.Part.GetType().Assembly == assembly) return core.Info;
        }
        return null;
    }
}
